"""The command line: pushes a folder or a manifest of clients and documents, or resumes a push.

It stands on the package's public classes and needs nothing but the standard library; with `rich`
installed its progress is a bar.
"""
