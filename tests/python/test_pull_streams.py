"""Content on its way out and in: of every kind, never whole in memory, broken where it breaks."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import http.client
import io
import json
import os
import shutil
import socket
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from filed import pull
from filed.pull._content import descriptor

from programs import run
from pulled import KEY, AsyncPlatform, Platform, ask, connect, sha256
from sandbox import eventually

DATA = bytes(range(256)) * 4000


class Made:
    """A content that is made for each download."""

    def __init__(self, make: Callable[[], Any], size: int = len(DATA)) -> None:
        self.make = make
        self.size = size
        self.over = threading.Event()


class AsyncFile:
    """As of a library of async files."""

    def __init__(self) -> None:
        self._file = io.BytesIO(DATA)
        self.closed = False

    async def read(self, size: int) -> bytes:
        await asyncio.sleep(0)
        return self._file.read(size)

    async def close(self) -> None:
        self.closed = True


class Unseekable(io.RawIOBase):
    """A pipe, say."""

    def __init__(self) -> None:
        self._file = io.BytesIO(DATA)

    def readable(self) -> bool:
        return True

    def readinto(self, space: Any) -> int:
        return self._file.readinto(space)


def pieces() -> Iterator[bytes]:
    yield b""
    for start in range(0, len(DATA), 50_000):
        yield DATA[start : start + 50_000]


async def async_pieces() -> AsyncIterator[bytes]:
    for piece in pieces():
        await asyncio.sleep(0)
        yield piece


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "data.bin"
    path.write_bytes(DATA)
    return path


CONTENTS: dict[str, Callable[[Path], Any]] = {
    "a path": lambda path: path,
    "a path as text": str,
    "an open file": lambda path: path.open("rb"),
    "an unbuffered file": lambda path: path.open("rb", buffering=0),
    "a file in memory": lambda _: io.BytesIO(DATA),
    "a pipe": lambda _: Unseekable(),
    "an async file": lambda _: AsyncFile(),
    "bytes": lambda _: DATA,
    "a bytearray": lambda _: bytearray(DATA),
    "a view": lambda _: memoryview(DATA),
    "a list": lambda _: list(pieces()),
    "a generator": lambda _: pieces(),
    "an async generator": lambda _: async_pieces(),
}


@pytest.mark.parametrize("kind", CONTENTS)
@pytest.mark.parametrize("make", [Platform, AsyncPlatform])
def test_every_kind_of_content_is_sent_whole_and_in_part(
    path: Path, kind: str, make: type[Platform]
) -> None:
    platform = make()
    platform.contents["w2"] = Made(lambda: CONTENTS[kind](path))
    with pull.Server(platform, keys={"filed": KEY}) as server:
        whole = ask(server, "files/w2/download")
        assert (whole.status, sha256(whole.body)) == (200, sha256(DATA))
        middle = ask(server, "files/w2/download", Range="bytes=400000-900000")
        assert (middle.status, middle.body == DATA[400000:900001]) == (206, True)
        head = ask(server, "files/w2/download", method="HEAD")
        assert (head.status, head.headers["content-length"]) == (200, str(len(DATA)))


def test_a_plain_file_is_one_the_server_reads_by_itself(path: Path) -> None:
    with path.open("rb") as file:
        assert descriptor(file) == file.fileno()
        file.read(1)
        # Its content would begin elsewhere.
        assert descriptor(file) is None
    with path.open("rb", buffering=0) as file:
        assert descriptor(file) == file.fileno()
    with gzip.open(path) as packed:
        assert descriptor(packed) is None
    reading, writing = os.pipe()
    os.close(writing)
    with open(reading, "rb") as pipe:
        assert descriptor(pipe) is None


def test_content_is_closed_when_its_download_ends_or_breaks() -> None:
    platform = AsyncPlatform()
    files: list[Any] = []

    def make(kind: Callable[[], Any]) -> Any:
        files.append(kind())
        return files[-1]

    with pull.Server(platform, keys={"filed": KEY}) as server:
        for kind in (lambda: io.BytesIO(DATA), AsyncFile):
            platform.contents["w2"] = Made(lambda kind=kind: make(kind))  # type: ignore[misc]
            ask(server, "files/w2/download")
            ask(server, "files/w2/download", method="HEAD")
            connection = connect(server)
            connection.request("GET", "/api/v1/files/w2/download", headers={"X-API-Key": KEY})
            connection.getresponse().read(10)
            connection.close()
        eventually(lambda: all(file.closed for file in files))
    assert len(files) == 6


def test_a_generator_is_ended_when_its_reader_has_gone() -> None:
    over = threading.Event()

    def endless() -> Iterator[bytes]:
        try:
            while True:
                yield bytes(65536)
        finally:
            over.set()

    platform = Platform()
    platform.contents["w2"] = Made(endless, size=1 << 40)
    with pull.Server(platform, keys={"filed": KEY}) as server:
        connection = connect(server)
        connection.request("GET", "/api/v1/files/w2/download", headers={"X-API-Key": KEY})
        assert connection.getresponse().read(1_000_000)
        connection.close()
        assert over.wait(20)


def test_a_generator_is_read_no_faster_than_its_reader_reads() -> None:
    given = 0

    def endless() -> Iterator[bytes]:
        nonlocal given
        while True:
            given += 65536
            yield bytes(65536)

    platform = Platform()
    platform.contents["w2"] = Made(endless, size=1 << 40)
    with pull.Server(platform, keys={"filed": KEY}) as server:
        connection = connect(server)
        connection.request("GET", "/api/v1/files/w2/download", headers={"X-API-Key": KEY})
        answer = connection.getresponse()
        for _ in range(64):
            taken = len(answer.read(1 << 20))
            assert taken == 1 << 20
        # What the sockets of both ends hold, and some pieces on their way.
        assert given - (64 << 20) < 32 << 20
        connection.close()


SHORT: dict[str, Callable[[], Any]] = {
    "shorter": lambda: iter([DATA[:-1]]),
    "longer": lambda: iter([DATA + b"x"]),
    "failing": lambda: failing(),
    "text": lambda: iter(["text"]),
    "a closed file": lambda: closed(),
}


def failing() -> Iterator[bytes]:
    yield DATA[:100_000]
    raise KeyError("planned")


def closed() -> Any:
    file = io.BytesIO(DATA)
    file.close()
    return file


@pytest.mark.parametrize("kind", SHORT)
def test_content_that_is_not_what_was_said_never_looks_whole(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", told.append)
    platform = Platform()
    platform.contents["w2"] = Made(SHORT[kind])
    with pull.Server(platform, keys={"filed": KEY}) as server:
        with pytest.raises((http.client.HTTPException, OSError)):
            ask(server, "files/w2/download")
        assert ask(server, "clients").status == 200
    assert len(told) == (kind in ("failing", "text", "a closed file"))


def test_bytes_of_another_size_are_told_to_their_author(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", told.append)
    platform = Platform()
    platform.contents["w2"] = Made(lambda: b"1234")
    with pull.Server(platform, keys={"filed": KEY}) as server:
        assert ask(server, "files/w2/download").code == "PROVIDER_FAILED"
    assert "content has 4 bytes" in str(told[0].exc_value)


def test_a_path_without_a_file_is_not_found(tmp_path: Path) -> None:
    platform = Platform()
    platform.contents["w2"] = Made(lambda: tmp_path / "gone.pdf")
    with pull.Server(platform, keys={"filed": KEY}) as server:
        assert ask(server, "files/w2/download").code == "FILE_NOT_FOUND"
        platform.contents["w2"] = Made(lambda: tmp_path)
        assert ask(server, "files/w2/download").code == "PROVIDER_FAILED"


class Reading(Platform):
    """Reads what comes in in different ways."""

    def __init__(self, how: str) -> None:
        super().__init__()
        self.how = how

    def receive_file(
        self, caller: pull.Caller, client_id: str, file: pull.NewFile, content: Any
    ) -> Any:
        if self.how == "all":
            data = content.read()
        elif self.how == "iterated":
            data = content.read(10) + b"".join(content)
        else:
            target = io.BytesIO()
            shutil.copyfileobj(content, target, 1000)
            data = target.getvalue()
        assert content.read() == content.read(5) == b""
        return self.kept(file, data)


class AsyncReading(Reading):
    """The same, async."""

    async def receive_file(
        self, caller: pull.Caller, client_id: str, file: pull.NewFile, content: Any
    ) -> Any:
        if self.how == "all":
            data = await content.read()
        elif self.how == "iterated":
            data = await content.read(10)
            async for chunk in content:
                data += chunk
        else:
            data = b""
            while chunk := await content.read(1000):
                assert len(chunk) <= 1000
                data += chunk
        assert await content.read() == await content.read(5) == b""
        return self.kept(file, data)


@pytest.mark.parametrize("how", ["all", "iterated", "copied"])
@pytest.mark.parametrize("make", [Reading, AsyncReading])
def test_a_file_that_comes_in_is_read(make: type[Reading], how: str) -> None:
    platform = make(how)
    with pull.Server(platform, keys={"filed": KEY}) as server:
        answer = ask(
            server,
            "clients/ada/files?description=signed",
            method="POST",
            body=DATA,
            Content_Type="application/pdf",
            Content_Disposition="attachment; filename*=UTF-8''R%C3%BCck.pdf",
            Idempotency_Key="k1",
        )
    assert answer.status == 201, answer.body
    assert answer.json()["sha256"] == sha256(DATA)
    assert platform.received == {"Rück.pdf": DATA}
    (file,) = platform.new_files
    assert file == pull.NewFile("Rück.pdf", "application/pdf", len(DATA), "signed", {}, "k1")


def test_a_form_is_read() -> None:
    platform = Platform()
    form = b"\r\n".join(
        [
            b"--b",
            b'Content-Disposition: form-data; name="metadata"',
            b"",
            b'{"year": 2025}',
            b"--b",
            b'Content-Disposition: form-data; name="file"; filename="a.pdf"',
            b"Content-Type: application/pdf",
            b"",
            DATA,
            b"--b--",
            b"",
        ]
    )
    with pull.Server(platform, keys={"filed": KEY}) as server:
        answer = ask(
            server,
            "clients/ada/files",
            method="POST",
            body=form,
            Content_Type="multipart/form-data; boundary=b",
        )
    assert answer.status == 201, answer.body
    assert platform.received == {"a.pdf": DATA}
    assert platform.new_files[0].metadata == {"year": 2025}


@pytest.mark.parametrize("make", [Platform, AsyncPlatform])
def test_a_transfer_that_breaks_raises_and_nothing_is_kept(
    make: type[Platform], monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", told.append)
    platform = make()
    with pull.Server(platform, keys={"filed": KEY}) as server:
        with socket.create_connection(("127.0.0.1", server.port)) as line:
            head = f"POST /api/v1/clients/ada/files HTTP/1.1\r\nHost: x\r\nX-API-Key: {KEY}\r\n"
            line.sendall(f"{head}Content-Length: 1000\r\n\r\n".encode() + b"some")
            eventually(lambda: platform.callers)
        eventually(lambda: ask(server, "clients").status == 200)
        assert server.close(timeout=20)
    assert platform.received == {}
    assert told == []


def test_a_provider_that_reads_nothing_gets_on_with_it() -> None:
    class Careless(Platform):
        def receive_file(
            self, caller: pull.Caller, client_id: str, file: pull.NewFile, content: Any
        ) -> Any:
            return self.kept(file, b"")

    platform = Careless()
    with pull.Server(platform, keys={"filed": KEY}) as server:
        answer = ask(server, "clients/ada/files", method="POST", body=DATA)
    assert (answer.status, answer.json()["sha256"]) == (201, sha256(DATA))


SIZE = 64 << 20
# Buffers of some transfers; a content held whole would be more than this.
ALLOWANCE_KIB = 40 * 1024

PROGRAM = """
import hashlib, http.client
sys.path.insert(0, {tests!r})
from filed import pull
from pulled import KEY, Platform

SIZE = {size}

def resident(line):
    with open("/proc/self/status") as status:
        return next(int(row.split()[1]) for row in status if row.startswith(line))

class Large(Platform):
    def open_file(self, caller, file_id):
        file = pull.File(file_id, "a.bin", SIZE, "application/octet-stream")
        return pull.OpenedFile(file, (bytes([n % 251]) * 65536 for n in range(SIZE // 65536)))

    def receive_file(self, caller, client_id, file, content):
        hasher, size = hashlib.sha256(), 0
        for chunk in content:
            hasher.update(chunk)
            size += len(chunk)
        return pull.File(hasher.hexdigest(), file.name, size, file.mime_type)

def download():
    hasher = hashlib.sha256()
    connection.request("GET", "/api/v1/files/w2/download", headers={{"X-API-Key": KEY}})
    answer = connection.getresponse()
    while chunk := answer.read(65536):
        hasher.update(chunk)
    return hasher.hexdigest()

def upload():
    def body():
        for n in range(SIZE // 65536):
            yield bytes([n % 251]) * 65536
    headers = {{"X-API-Key": KEY, "Content-Length": str(SIZE)}}
    connection.request("POST", "/api/v1/clients/ada/files", body(), headers)
    answer = json.load(connection.getresponse())
    assert answer["file"]["size"] == SIZE
    assert answer["file"]["id"] == answer["sha256"]
    return answer["sha256"]

with pull.Server(Large(), keys={{"filed": KEY}}) as server:
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    connection.request("GET", "/api/v1/clients", headers={{"X-API-Key": KEY}})
    connection.getresponse().read()
    idle = resident("VmRSS:")
    hashes = [download(), upload()]
    print(json.dumps([hashes, resident("VmHWM:") - idle]))
"""


def test_a_large_content_is_never_whole_in_memory() -> None:
    tests = str(Path(__file__).parent)
    hashes, above_idle = json.loads(run(PROGRAM.format(tests=tests, size=SIZE), {}))
    expected = hashlib.sha256()
    for n in range(SIZE // 65536):
        expected.update(bytes([n % 251]) * 65536)
    assert hashes == [expected.hexdigest()] * 2
    assert above_idle < ALLOWANCE_KIB
