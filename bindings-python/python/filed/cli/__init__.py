"""The command line: pushes a folder or a manifest of clients and documents, resumes a push, or
serves a folder for Filed to pull from.

It stands on the package's public classes and needs nothing but the standard library; with `rich`
installed its progress is a bar.
"""
