"""Feeding an upload from an object with `read`: on the host's own threads, never on ours."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable
from typing import Any, Protocol, TypeAlias

from . import _native
from ._errors import FiledError

_CHUNK = 256 * 1024

Data: TypeAlias = bytes | bytearray | memoryview


class Reader(Protocol):
    """Something with a blocking `read`, such as a file opened in binary mode."""

    def read(self, size: int, /) -> bytes | bytearray | memoryview: ...


class _AsyncRead(Protocol):
    def read(self, size: int, /) -> Awaitable[bytes | bytearray | memoryview]: ...


AsyncReader: TypeAlias = _AsyncRead | AsyncIterable[bytes]


def as_bytes(data: Data) -> bytes | bytearray:
    """`data` in a form the core can share; a view is copied."""
    if isinstance(data, (bytes, bytearray)):
        return data
    if isinstance(data, memoryview):
        return data.tobytes()
    raise TypeError(f"content must be bytes, not {type(data).__name__}")


def feed(operation: _native.Operation, sender: _native.ChunkSender, reader: Reader) -> Any:
    """Reads on the calling thread until the reader or the upload ends; the upload's result."""
    if not callable(getattr(reader, "read", None)):
        raise TypeError(f"reader must have a method read(size), not be {type(reader).__name__}")
    upload = operation.begin()
    try:
        while chunk := as_bytes(reader.read(_CHUNK)):
            if not sender.send(chunk).run():
                return upload.wait()
        sender.finish()
    except FiledError:
        upload.cancel()
        raise
    except Exception as e:
        sender.fail(type(e).__name__).run()
        raise _blamed(_outcome(upload), e) from e
    except BaseException:
        upload.cancel()
        raise
    return upload.wait()


def _outcome(upload: _native.Pending) -> FiledError | None:
    try:
        upload.wait()
    except FiledError as e:
        return e
    return None


def _blamed(error: FiledError | None, cause: BaseException) -> BaseException:
    """The upload's own error, or, had it ended well all the same, the reader's exception."""
    return cause if error is None else error


async def feed_async(
    operation: _native.Operation,
    sender: _native.ChunkSender,
    reader: Reader | AsyncReader,
    carry: Callable[[_native.Operation], Awaitable[Any]],
) -> Any:
    """As `feed`, on an event loop."""
    chunks = _chunks(reader)
    upload = asyncio.ensure_future(carry(operation))
    try:
        try:
            async for chunk in chunks:
                if not await carry(sender.send(as_bytes(chunk))):
                    break
            sender.finish()
        except FiledError:
            raise
        except Exception as e:
            await carry(sender.fail(type(e).__name__))
            try:
                await upload
            except FiledError as error:
                raise error from e
            raise
        return await upload
    finally:
        upload.cancel()


def _chunks(reader: Any) -> AsyncIterator[Any]:
    if callable(getattr(reader, "read", None)):
        return _read(reader.read)
    if hasattr(reader, "__aiter__"):
        return _given(reader)
    raise TypeError(
        "reader must have a method read(size) or be an async iterator of bytes, "
        f"not be {type(reader).__name__}"
    )


async def _read(read: Callable[[int], Any]) -> AsyncIterator[Any]:
    blocking = not inspect.iscoroutinefunction(read)
    loop = asyncio.get_running_loop()
    while True:
        chunk = await loop.run_in_executor(None, read, _CHUNK) if blocking else read(_CHUNK)
        if inspect.isawaitable(chunk):
            chunk = await chunk
        if not chunk:
            return
        yield chunk


async def _given(chunks: AsyncIterable[Any]) -> AsyncIterator[Any]:
    async for chunk in chunks:
        if chunk:
            yield chunk
