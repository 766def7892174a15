"""The content of a download: which kinds there are, and reading those that Python has to read."""

from __future__ import annotations

import asyncio
import inspect
import io
import os
import stat
import threading
from abc import ABC, abstractmethod
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Iterable
from typing import Any, Protocol, TypeAlias

# What a reader is asked for at once.
_CHUNK = 128 * 1024

Chunk: TypeAlias = bytes | bytearray | memoryview
"""Bytes of a content."""


class _Reader(Protocol):
    def read(self, size: int, /) -> bytes | bytearray | memoryview: ...


class _AsyncReader(Protocol):
    def read(self, size: int, /) -> Awaitable[bytes | bytearray | memoryview]: ...


Content: TypeAlias = (
    str
    | os.PathLike[str]
    | bytes
    | bytearray
    | memoryview
    | _Reader
    | _AsyncReader
    | Iterable[bytes]
    | AsyncIterable[bytes]
)
"""What `OpenedFile.content` may be."""


def descriptor(content: Any) -> int | None:
    """The descriptor of a plain file opened by `open(path, "rb")` and not yet read, which the
    server can read by itself."""
    if os.name == "nt" or type(content) not in (io.BufferedReader, io.FileIO):
        return None
    raw = content.raw if isinstance(content, io.BufferedReader) else content
    if type(raw) is not io.FileIO or not raw.readable():
        return None
    number = raw.fileno()
    is_plain = stat.S_ISREG(os.fstat(number).st_mode)
    return number if is_plain and content.tell() == 0 else None


def stream(content: Any) -> Stream:
    """How a content is read chunk by chunk."""
    if callable(getattr(content, "read", None)):
        of_async = inspect.iscoroutinefunction(content.read)
        return _AsyncRead(content) if of_async else _Read(content)
    if hasattr(content, "__aiter__"):
        return _AsyncGiven(content)
    if hasattr(content, "__iter__"):
        return _Given(content)
    raise TypeError(
        "content must be a path, bytes, something with read(size) or an iterator of bytes, "
        f"not {type(content).__name__}"
    )


class Stream(ABC):
    """A content on its way out. Of its methods one runs at a time, awaited when it is async."""

    is_async: bool

    @abstractmethod
    def next(self) -> Any:
        """The next chunk; None at the end."""

    def skip(self, offset: int) -> Any:
        """Moves on by `offset` bytes before the first chunk; False when it cannot."""
        return False

    @abstractmethod
    def close(self) -> Any:
        """Lets go of the content."""


class _Plain(Stream):
    """A content of plain functions. One that hangs while it is let go of closes itself later."""

    is_async = False

    def __init__(self, content: Any) -> None:
        self._content = content
        self._busy = threading.Lock()
        self._over = False

    def next(self) -> Any:
        with self._busy:
            chunk = self._chunk()
        if self._over:
            self.close()
        return chunk

    def close(self) -> None:
        self._over = True
        if self._busy.acquire(blocking=False):
            try:
                close = getattr(self._content, "close", None)
                if close is not None:
                    close()
            finally:
                self._busy.release()

    @abstractmethod
    def _chunk(self) -> Any: ...


class _Read(_Plain):
    def _chunk(self) -> Any:
        return self._content.read(_CHUNK) or None

    def skip(self, offset: int) -> bool:
        seekable = getattr(self._content, "seekable", None)
        if seekable is None or not seekable():
            return False
        self._content.seek(offset, os.SEEK_CUR)
        return True


class _Given(_Plain):
    def __init__(self, chunks: Iterable[Any]) -> None:
        super().__init__(iter(chunks))

    def _chunk(self) -> Any:
        return next(filter(len, self._content), None)


class _AsyncRead(Stream):
    is_async = True

    def __init__(self, reader: Any) -> None:
        self._reader = reader

    async def next(self) -> Any:
        return await self._reader.read(_CHUNK) or None

    async def close(self) -> None:
        close = getattr(self._reader, "aclose", None) or getattr(self._reader, "close", None)
        closing = None if close is None else close()
        if inspect.isawaitable(closing):
            await closing


class _AsyncGiven(Stream):
    is_async = True

    def __init__(self, chunks: AsyncIterable[Any]) -> None:
        self._chunks: AsyncIterator[Any] = aiter(chunks)
        # A chunk that was given up is cancelled first, and may take a moment to end.
        self._turn = asyncio.Lock()

    async def next(self) -> Any:
        async with self._turn:
            async for chunk in self._chunks:
                if len(chunk):
                    return chunk
            return None

    async def close(self) -> None:
        close = getattr(self._chunks, "aclose", None)
        if close is not None:
            async with self._turn:
                await close()
