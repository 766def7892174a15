"""File uploads of `AsyncClient`, with the names of those in `_uploads`."""

from __future__ import annotations

import os
from typing import Any

from . import _decode as d
from . import _native
from ._async_resources import AsyncResource
from ._streams import AsyncReader, Data, Reader, as_bytes, feed_async
from ._types import UploadedFile


class AsyncUploads(AsyncResource):
    """File uploads."""

    async def file(
        self,
        path: str | os.PathLike[str],
        *,
        file_name: str | None = None,
        mime_type: str | None = None,
    ) -> UploadedFile:
        """Uploads a file from disk."""
        operation = _native.uploads_file(self._native, os.fspath(path), file_name, mime_type)
        return await self._session.run(operation, d.one(UploadedFile))

    async def bytes(
        self, data: Data, *, file_name: str, mime_type: str | None = None
    ) -> UploadedFile:
        """Uploads bytes, without copying them when they are `bytes`."""
        operation = _native.uploads_bytes(self._native, as_bytes(data), file_name, mime_type)
        return await self._session.run(operation, d.one(UploadedFile))

    async def stream(
        self,
        reader: Reader | AsyncReader,
        *,
        file_name: str,
        size: int | None = None,
        mime_type: str | None = None,
    ) -> UploadedFile:
        """Uploads what an async or a blocking reader, or an async iterator of bytes, gives. A
        blocking one is read on the loop's executor."""
        operation, sender = _native.uploads_stream(self._native, file_name, mime_type, size)

        async def carry(part: _native.Operation) -> Any:
            return await self._session.run(part, lambda raw: raw)

        return d.one(UploadedFile)(await feed_async(operation, sender, reader, carry))

    async def url(self, url: str, *, mime_type: str | None = None) -> UploadedFile:
        """Lets Filed fetch a file itself."""
        return await self._session.run(
            _native.uploads_url(self._native, url, mime_type), d.one(UploadedFile)
        )
