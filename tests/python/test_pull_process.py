"""The process around a server: Ctrl-C, forks, exits, shutdown, garbage."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
import subprocess
import threading
from pathlib import Path

import filed
import pytest
from filed import pull

from programs import finish, run, said, start
from pulled import KEY, AsyncPlatform, Platform, ask
from sandbox import eventually

PREPARE = f"""
sys.path.insert(0, {str(Path(__file__).parent)!r})
from filed import pull
from pulled import KEY, AsyncPlatform, Platform, ask, connect

class Slow(Platform):
    def open_file(self, caller, file_id):
        def pieces():
            yield b"1" * 65536
            say("serving")
            time.sleep(0.5)
            yield b"2" * 65536
        file = pull.File(file_id, "a.bin", 131072, "application/octet-stream")
        return pull.OpenedFile(file, pieces())

class Hung(Platform):
    def list_clients(self, caller, query):
        say("hangs")
        threading.Event().wait()

class AsyncHung(Platform):
    async def list_clients(self, caller, query):
        say("hangs")
        await asyncio.Event().wait()

def fetch(server, path="clients"):
    threading.Thread(target=lambda: ask(server, path), daemon=True).start()
"""

INTERRUPTED = """
server = pull.Server(Slow(), keys={"filed": KEY}).start()
lengths = []
def fetched():
    lengths.append(len(ask(server, "files/x/download").body))
fetching = threading.Thread(target=fetched)
fetching.start()
finished = server.serve_forever()
fetching.join()
print(finished, lengths)
"""


def test_ctrl_c_ends_serving_once_transfers_are_finished() -> None:
    process = start(PREPARE + INTERRUPTED, {})
    said(process, "serving")
    process.send_signal(signal.SIGINT)
    code, out, err = finish(process)
    assert (code, out) == (0, "True [131072]\n"), err


def test_a_second_ctrl_c_ends_them() -> None:
    source = """
server = pull.Server(Hung(), keys={"filed": KEY}).start()
fetch(server)
try:
    server.serve_forever(timeout=60)
except KeyboardInterrupt:
    say("ended")
"""
    process = start(PREPARE + source, {})
    said(process, "hangs")
    process.send_signal(signal.SIGINT)
    # Until the first one was heard, a second one is the same one.
    while process.poll() is None:
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.3)
    code, out, err = finish(process)
    assert (code, out) == (0, "ended\n"), err


def test_ctrl_c_ends_an_asyncio_server() -> None:
    source = """
async def main():
    async with pull.AsyncServer(AsyncPlatform(), keys={"filed": KEY}) as server:
        assert (await asyncio.to_thread(ask, server, "clients")).status == 200
        say("serving")
        try:
            await server.serve_forever()
        finally:
            say("ended")
try:
    asyncio.run(main())
except KeyboardInterrupt:
    say("interrupted")
"""
    process = start(PREPARE + source, {})
    said(process, "serving")
    process.send_signal(signal.SIGINT)
    code, out, err = finish(process)
    assert (code, out) == (0, "ended\ninterrupted\n"), err


def test_a_forked_child_is_told_and_can_serve_itself() -> None:
    source = """
server = pull.Server(AsyncPlatform(), keys={"filed": KEY}).start()
assert ask(server, "clients").status == 200
child = os.fork()
if child == 0:
    for use in (lambda: server.url, server.start, server.serve_forever):
        try:
            use()
        except filed.ForkedError as e:
            assert "fork" in str(e)
        else:
            os._exit(1)
    assert server.close() is True
    del server
    with pull.Server(AsyncPlatform(), keys={"filed": KEY}) as fresh:
        assert ask(fresh, "clients").status == 200
    sys.exit(0)
_, status = os.waitpid(child, 0)
assert status == 0, status
assert ask(server, "clients").status == 200
assert server.close() is True
say("done")
"""
    assert run(PREPARE + source, {}) == "done\n"


EXITS = {
    "an idle server": "server = pull.Server(Platform(), keys={'filed': KEY}).start()",
    "a plain method that hangs": """
server = pull.Server(Hung(), keys={"filed": KEY}).start()
fetch(server)
""",
    "many that hang": """
server = pull.Server(Hung(), keys={"filed": KEY}, threads=8).start()
for _ in range(8):
    fetch(server)
""",
    "an async method that hangs": """
server = pull.Server(AsyncHung(), keys={"filed": KEY}).start()
fetch(server)
""",
    "a download under way": """
server = pull.Server(Slow(), keys={"filed": KEY}).start()
fetch(server, "files/x/download")
""",
    "a loop that was left": """
loop = asyncio.new_event_loop()
server = pull.AsyncServer(AsyncHung(), keys={"filed": KEY})
loop.run_until_complete(server.start())
fetch(server)
""",
}


@pytest.mark.parametrize("kind", EXITS)
def test_a_program_ends_in_the_middle_of_serving(kind: str) -> None:
    for _ in range(3):
        run(PREPARE + EXITS[kind], {})


def test_shutting_the_runtime_down_ends_a_server() -> None:
    source = """
server = pull.Server(Platform(), keys={"filed": KEY}).start()
assert ask(server, "clients").status == 200
assert filed.shutdown(timeout=5) is True
try:
    ask(server, "clients")
except OSError:
    say("refused")
assert server.close() is True
with pull.Server(Platform(), keys={"filed": KEY}) as fresh:
    assert ask(fresh, "clients").status == 200
"""
    assert run(PREPARE + source, {}) == "refused\n"


@pytest.mark.parametrize("make", [Platform, AsyncPlatform])
def test_a_server_leaves_nothing_behind(make: type[Platform]) -> None:
    def use() -> None:
        with pull.Server(make(), keys={"filed": KEY}) as server:
            assert ask(server, "clients").status == 200

    use()
    before = threading.active_count()
    for _ in range(10):
        use()
    assert threading.active_count() == before


def test_a_server_that_is_let_go_of_ends() -> None:
    before = threading.active_count()
    server = pull.Server(Platform(), keys={"filed": KEY}).start()
    url = server.url
    assert ask(url, "clients").status == 200
    del server
    gc.collect()
    eventually(lambda: threading.active_count() <= before)
    with pytest.raises(OSError):
        ask(url, "clients")


def test_a_server_is_started_once() -> None:
    with pull.Server(Platform(), keys={"filed": KEY}) as server:
        assert server.__enter__() is server
        with pytest.raises(filed.ClosedError, match="once"):
            server.start()
    assert server.close() is True
    with pytest.raises(filed.ClosedError, match="once"):
        server.start()


def test_serving_ends_when_another_thread_closes() -> None:
    server = pull.Server(Platform(), keys={"filed": KEY})
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    eventually(lambda: server._serving._native is not None)
    assert ask(server, "clients").status == 200
    assert server.close() is True
    serving.join(20)
    assert not serving.is_alive()


def test_an_async_server_is_closed_by_another_task() -> None:
    async def main() -> None:
        server = pull.AsyncServer(AsyncPlatform(), keys={"filed": KEY})
        serving = asyncio.create_task(server.serve_forever())
        while server._serving._native is None:
            await asyncio.sleep(0)
        answer = await asyncio.to_thread(ask, server, "clients")
        assert answer.status == 200
        assert await server.close() is True
        await serving

    asyncio.run(main())


def test_other_threads_run_while_a_server_waits() -> None:
    # Its threads wait for questions with the interpreter released: they would stop this one.
    with pull.Server(Platform(), keys={"filed": KEY}) as server:
        assert ask(server, "clients").status == 200
        assert sum(1 for _ in range(1_000_000)) == 1_000_000
