"""The content of a file that comes in, for plain and for async methods."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

from .. import _bridge, _native
from ._errors import TransferError


def _checked(chunk: Any) -> bytes:
    if chunk is False:
        raise TransferError("the transfer broke: keep nothing of it")
    return b"" if chunk is None else chunk


class _Buffer:
    """What was taken from the network and not yet read."""

    def __init__(self) -> None:
        self._rest = memoryview(b"")

    def take(self, size: int) -> bytes:
        part, self._rest = self._rest[:size], self._rest[size:]
        return part.tobytes()

    def take_all(self) -> bytes:
        return self.take(len(self._rest))

    def fill(self, chunk: bytes) -> None:
        self._rest = memoryview(chunk)

    def __bool__(self) -> bool:
        return len(self._rest) > 0


class Incoming:
    """A file that comes in: read it by `read`, or a chunk at a time as an iterator.

        def receive_file(self, caller, client_id, file, content):
            with tempfile.NamedTemporaryFile(dir=folder, delete=False) as part:
                shutil.copyfileobj(content, part)

    Never the whole of it is in memory. Raises `TransferError` when the transfer breaks.
    """

    def __init__(self, native: _native.PullIncoming) -> None:
        self._native = native
        self._buffer = _Buffer()

    def read(self, size: int = -1, /) -> bytes:
        """Up to `size` bytes, waiting for at least one; without `size` all that is left. Empty at
        the end."""
        if size < 0:
            return b"".join(self)
        if size and not self._buffer:
            self._buffer.fill(self._next())
        return self._buffer.take(size)

    def __iter__(self) -> Iterator[bytes]:
        if self._buffer:
            yield self._buffer.take_all()
        while chunk := self._next():
            yield chunk

    def _next(self) -> bytes:
        return _checked(self._native.next().run())


class AsyncIncoming:
    """As `Incoming`, awaitable: `await content.read(65536)`, `async for chunk in content`."""

    def __init__(self, native: _native.PullIncoming) -> None:
        self._native = native
        self._buffer = _Buffer()

    async def read(self, size: int = -1, /) -> bytes:
        """Up to `size` bytes, waiting for at least one; without `size` all that is left. Empty at
        the end."""
        if size < 0:
            return b"".join([chunk async for chunk in self])
        if size and not self._buffer:
            self._buffer.fill(await self._next())
        return self._buffer.take(size)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if self._buffer:
            yield self._buffer.take_all()
        while chunk := await self._next():
            yield chunk

    async def _next(self) -> bytes:
        return _checked(await _bridge.current().run(self._native.next()))
