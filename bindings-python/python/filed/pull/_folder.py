"""`FolderProvider`: a folder of clients as a ready platform."""

from __future__ import annotations

import os

from .. import _native


class FolderProvider:
    """Serves a folder: every sub-folder is a client, every file in it, at any depth, one of the
    client's files.

        with pull.Server(pull.FolderProvider("clients"), keys={"filed": key}) as server:
            server.serve_forever()

    Notes are kept in the client's folder under `.filed/notes`, received files under `From Filed`.
    Hidden entries and links are left out; what is no text in a name, or would break a line, is
    replaced by U+FFFD. `.filed/client.json` in a client's folder may give its `name`, `email`,
    `phone` and `type`. It runs without Python.

    Raises `FileNotFound` or `FileUnreadable` when there is no such folder.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._native = _native.PullFolder(os.fsdecode(path))
