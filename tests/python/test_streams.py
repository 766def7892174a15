"""Readers: read on the host's threads, with their exceptions as causes."""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import AsyncIterator

import filed
import pytest

from sandbox import Sandbox


class Broken:
    """A reader that fails after some chunks."""

    def __init__(self, failure: BaseException, chunks: int) -> None:
        self.failure = failure
        self.chunks = chunks
        self.threads: set[threading.Thread] = set()

    def read(self, size: int, /) -> bytes:
        self.threads.add(threading.current_thread())
        self.chunks -= 1
        if self.chunks < 0:
            raise self.failure
        return b"x" * size


@pytest.mark.parametrize("chunks", [0, 1, 20])
def test_the_readers_exception_is_the_cause(
    sandbox: Sandbox, client: filed.Client, chunks: int
) -> None:
    reader = Broken(KeyError("PLANTED-secret"), chunks)
    with pytest.raises(filed.SourceFailedError, match="KeyError") as raised:
        client.uploads.stream(reader, file_name="a.bin")
    assert raised.value.__cause__ is reader.failure
    assert "PLANTED" not in str(raised.value)
    assert reader.threads == {threading.current_thread()}
    assert sandbox.state()["uploads"] == []


def test_an_interruption_in_the_reader_comes_through(client: filed.Client) -> None:
    with pytest.raises(KeyboardInterrupt):
        client.uploads.stream(Broken(KeyboardInterrupt(), 1), file_name="a.bin")


def test_a_text_file_is_refused_with_a_reason(client: filed.Client) -> None:
    with pytest.raises(filed.SourceFailedError) as raised:
        client.uploads.stream(io.StringIO("text"), file_name="a.txt")  # type: ignore[arg-type]
    assert "must be bytes, not str" in str(raised.value.__cause__)
    with pytest.raises(TypeError, match="read"):
        client.uploads.stream(b"bytes", file_name="a.txt")  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [3, 5])
def test_a_size_that_is_not_kept_is_an_error(client: filed.Client, size: int) -> None:
    with pytest.raises(filed.SourceFailedError):
        client.uploads.stream(io.BytesIO(b"1234"), file_name="a.txt", size=size)


def test_an_upload_that_fails_ends_the_reading(sandbox: Sandbox, client: filed.Client) -> None:
    sandbox.plan({"on": "upload", "early_answer": {"status": 413}, "times": 0})
    reader = Broken(KeyError("never reached"), 100_000)
    with pytest.raises(filed.RequestRejectedError):
        client.uploads.stream(reader, file_name="a.bin")
    assert reader.chunks > 0


def test_an_async_iterators_exception_is_the_cause(sandbox: Sandbox) -> None:
    failure = KeyError("planned")

    async def pieces() -> AsyncIterator[bytes]:
        yield b"some"
        raise failure

    async def main() -> None:
        async with filed.AsyncClient(**sandbox.settings) as client:
            with pytest.raises(filed.SourceFailedError) as raised:
                await client.uploads.stream(pieces(), file_name="a.bin")
            assert raised.value.__cause__ is failure

    asyncio.run(main())


def test_a_blocking_reader_does_not_block_the_loop(sandbox: Sandbox) -> None:
    reader = Broken(KeyError("planned"), 3)

    async def main() -> None:
        async with filed.AsyncClient(**sandbox.settings) as client:
            with pytest.raises(filed.SourceFailedError) as raised:
                await client.uploads.stream(reader, file_name="a.bin")
            assert raised.value.__cause__ is reader.failure

    asyncio.run(main())
    assert threading.current_thread() not in reader.threads
