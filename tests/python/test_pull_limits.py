"""Slow, hung and cancelled methods: each is its own request's trouble only."""

from __future__ import annotations

import asyncio
import http.client
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from filed import pull

from pulled import KEY, Answer, Platform, ask, connect
from sandbox import eventually

SHORT = pull.Limits(provider=0.5, rate=None)


class Hanging(Platform):
    """Hangs where a file is listed, until it is released."""

    def __init__(self) -> None:
        super().__init__()
        self.release = threading.Event()
        self.hung = 0
        self.ended = 0

    def list_files(self, caller: pull.Caller, client_id: str, query: pull.FileQuery) -> Any:
        self.hung += 1
        self.release.wait(60)
        self.ended += 1
        return self.files(client_id)


class AsyncHanging(Hanging):
    """The same on a loop."""

    def __init__(self) -> None:
        super().__init__()
        self.cancelled = 0

    async def list_files(self, caller: pull.Caller, client_id: str, query: pull.FileQuery) -> Any:
        self.hung += 1
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    told: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", told.append)
    yield told


def several(
    count: int, server: pull.Server, path: str
) -> tuple[list[threading.Thread], list[Answer]]:
    answers: list[Answer] = []
    threads = [
        threading.Thread(target=lambda: answers.append(ask(server, path))) for _ in range(count)
    ]
    for thread in threads:
        thread.start()
    return threads, answers


@pytest.mark.parametrize("make", [Hanging, AsyncHanging])
def test_a_hung_method_fails_its_own_request_only(make: type[Hanging], told: list[Any]) -> None:
    platform = make()
    with pull.Server(platform, keys={"filed": KEY}, limits=SHORT) as server:
        threads, answers = several(8, server, "clients/ada/files")
        eventually(lambda: platform.hung == 8)
        assert ask(server, "clients").status == 200
        for thread in threads:
            thread.join()
        assert [answer.code for answer in answers] == ["PROVIDER_TIMEOUT"] * 8
        if isinstance(platform, AsyncHanging):
            eventually(lambda: platform.cancelled == 8)
        platform.release.set()
    assert told == []


def test_more_hung_methods_than_threads_keep_nobody_out_for_ever() -> None:
    platform = Hanging()
    with pull.Server(platform, keys={"filed": KEY}, limits=SHORT, threads=2) as server:
        threads, answers = several(6, server, "clients/ada/files")
        for thread in threads:
            thread.join()
        assert [answer.status for answer in answers] == [504] * 6
        # Those that hang still do so, and no longer count.
        assert platform.hung >= 2
        assert ask(server, "clients").status == 200
        platform.release.set()
        eventually(lambda: platform.ended == platform.hung)
        assert ask(server, "clients/ada/files").status == 200


def test_as_many_plain_methods_run_at_once_as_there_are_threads() -> None:
    platform = Hanging()
    limits = pull.Limits(rate=None)
    with pull.Server(platform, keys={"filed": KEY}, limits=limits, threads=3) as server:
        workers = server._serving.workers
        assert workers is not None
        # In the second round there are threads to spare.
        for _ in range(2):
            platform.hung = 0
            platform.release.clear()
            threads, answers = several(9, server, "clients/ada/files")
            eventually(lambda: platform.hung == 3)
            eventually(lambda: len(workers._waiting) == 6)
            assert platform.hung == 3
            platform.release.set()
            for thread in threads:
                thread.join()
            assert [answer.status for answer in answers] == [200] * 9
    assert platform.ended == 18


def test_an_async_method_is_cancelled_when_its_caller_has_gone() -> None:
    platform = AsyncHanging()
    with pull.Server(platform, keys={"filed": KEY}) as server:
        connection = connect(server)
        connection.request("GET", "/api/v1/clients/ada/files", headers={"X-API-Key": KEY})
        eventually(lambda: platform.hung == 1)
        connection.close()
        eventually(lambda: platform.cancelled == 1)


def test_a_note_is_kept_although_its_caller_has_gone() -> None:
    began, go_on = threading.Event(), threading.Event()

    class Slow(Platform):
        def add_note(self, caller: pull.Caller, client_id: str, note: pull.NewNote) -> Any:
            began.set()
            go_on.wait(20)
            return self.noted(client_id, note)

    platform = Slow()
    with pull.Server(platform, keys={"filed": KEY}) as server:
        connection = connect(server)
        headers = {"X-API-Key": KEY, "Content-Type": "application/json"}
        connection.request("POST", "/api/v1/clients/ada/notes", b'{"text": "x"}', headers)
        assert began.wait(20)
        connection.close()
        go_on.set()
        eventually(lambda: platform.notes)


def test_a_chunk_that_hangs_ends_its_download_only(told: list[Any]) -> None:
    release, closed = threading.Event(), threading.Event()

    def pieces() -> Iterator[bytes]:
        try:
            yield bytes(65536)
            release.wait(60)
            yield bytes(65536)
        finally:
            closed.set()

    class Slow(Platform):
        def open_file(self, caller: pull.Caller, file_id: str) -> pull.OpenedFile:
            file = pull.File(file_id, "a.bin", 131072, "application/octet-stream")
            return pull.OpenedFile(file, pieces())

    with pull.Server(Slow(), keys={"filed": KEY}, limits=SHORT) as server:
        with pytest.raises(http.client.IncompleteRead):
            ask(server, "files/x/download")
        assert ask(server, "clients").status == 200
        release.set()
        assert closed.wait(20)
    assert told == []


def test_closing_lets_a_transfer_finish() -> None:
    began, go_on = threading.Event(), threading.Event()

    def pieces() -> Iterator[bytes]:
        yield b"1" * 65536
        began.set()
        go_on.wait(20)
        yield b"2" * 65536

    class Slow(Platform):
        def open_file(self, caller: pull.Caller, file_id: str) -> pull.OpenedFile:
            file = pull.File(file_id, "a.bin", 131072, "application/octet-stream")
            return pull.OpenedFile(file, pieces())

    server = pull.Server(Slow(), keys={"filed": KEY}).start()
    threads, answers = several(1, server, "files/x/download")
    assert began.wait(20)
    closed: list[bool] = []
    closing = threading.Thread(target=lambda: closed.append(server.close(timeout=20)))
    closing.start()
    eventually(lambda: refuses(server))
    go_on.set()
    closing.join()
    threads[0].join()
    assert closed == [True]
    assert answers[0].body == b"1" * 65536 + b"2" * 65536


def refuses(server: pull.Server) -> bool:
    try:
        return ask(server, "clients").status != 200
    except OSError:
        return True


def test_closing_does_not_wait_for_what_hangs() -> None:
    platform = Hanging()
    server = pull.Server(platform, keys={"filed": KEY}).start()
    threads = [threading.Thread(target=refuses_or_fails, args=(server,))]
    threads[0].start()
    eventually(lambda: platform.hung == 1)
    began = time.monotonic()
    assert server.close(timeout=0.3) is False
    assert time.monotonic() - began < 5
    platform.release.set()
    threads[0].join()


def refuses_or_fails(server: pull.Server) -> None:
    try:
        ask(server, "clients/ada/files")
    except Exception:
        return
