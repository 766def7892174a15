"""File uploads. Attaching an uploaded file to a work is `works.add_artifacts`; a push does both."""

from __future__ import annotations

import os

from . import _decode as d
from . import _native
from ._resources import Resource
from ._streams import Data, Reader, as_bytes, feed
from ._types import UploadedFile


class Uploads(Resource):
    """File uploads."""

    def file(
        self,
        path: str | os.PathLike[str],
        *,
        file_name: str | None = None,
        mime_type: str | None = None,
    ) -> UploadedFile:
        """Uploads a file from disk."""
        operation = _native.uploads_file(self._native, os.fspath(path), file_name, mime_type)
        return self._session.run(operation, d.one(UploadedFile))

    def bytes(self, data: Data, *, file_name: str, mime_type: str | None = None) -> UploadedFile:
        """Uploads bytes, without copying them when they are `bytes`."""
        operation = _native.uploads_bytes(self._native, as_bytes(data), file_name, mime_type)
        return self._session.run(operation, d.one(UploadedFile))

    def stream(
        self,
        reader: Reader,
        *,
        file_name: str,
        size: int | None = None,
        mime_type: str | None = None,
    ) -> UploadedFile:
        """Uploads what `reader.read(n)` gives until it gives nothing. It is read on the calling
        thread; what it raises is the cause of the `SourceFailedError`."""
        operation, sender = _native.uploads_stream(self._native, file_name, mime_type, size)
        return self._session.explained(lambda: d.one(UploadedFile)(feed(operation, sender, reader)))

    def url(self, url: str, *, mime_type: str | None = None) -> UploadedFile:
        """Lets Filed fetch a file itself."""
        return self._session.run(
            _native.uploads_url(self._native, url, mime_type), d.one(UploadedFile)
        )
