"""What Python's ways to make processes do while a client and a push are open: `fork`, `forkserver`,
`spawn`, `pool`, and `preload`, a server that loads everything and then forks its workers.

    python guest_forks.py KIND
"""

from __future__ import annotations

import atexit
import concurrent.futures
import faulthandler
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

import filed

from sandbox import Sandbox, eventually

# What the whole program may take; a hang is what is looked for.
LIMIT = 120
WORKERS = 4
DATA = b"x" * 200_000


class Host:
    """A program with uploads and a push under way."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.client = filed.Client(**sandbox.settings)
        self.push = self.client.push(job_name="Season", **sandbox.place)
        self.smith = self.push.add_client("John Smith", external_id="c1")
        self.over = threading.Event()
        self.threads = [threading.Thread(target=self._upload_on) for _ in range(4)]
        for thread in self.threads:
            thread.start()
        eventually(lambda: sandbox.counts("upload") > 0)

    def _upload_on(self) -> None:
        while not self.over.is_set():
            self.client.uploads.bytes(DATA, file_name="x.bin")

    def end(self) -> None:
        """Everything went on meanwhile, and ends well."""
        self.over.set()
        for thread in self.threads:
            thread.join()
        self.smith.add_bytes(DATA, file_name="x.txt", external_id="f1")
        self.push.commit()
        assert self.push.wait(timeout=60).state == "done"
        self.push.close()
        self.client.close()


HOST: Host | None = None


def limit(seconds: int) -> None:
    """Ends this process by a signal, with a traceback, unless it ended before. By an alarm: a child
    does not inherit it, and cannot set the watchdog of `faulthandler` once its parent has."""
    faulthandler.register(signal.SIGALRM, chain=True)
    signal.alarm(seconds)


def old_handles_are_refused(host: Host) -> None:
    calls: list[Callable[[], object]] = [
        host.client.me,
        lambda: host.client.uploads.bytes(b"x", file_name="x"),
        lambda: next(host.client.connections.list("w")),
        lambda: host.smith.add_bytes(b"x", file_name="x", external_id="f"),
        lambda: host.client.push(job_name="x", connection_id="c", workspace_id="w"),
        host.push.progress,
        host.push.commit,
        host.push.wait,
        host.push.cancel,
        host.push.report,
        host.push.events,
        lambda: host.push.job_id,
    ]
    for call in calls:
        try:
            call()
        except filed.ForkedError:
            continue
        raise AssertionError("an old handle was not refused")
    host.push.close()
    host.client.close()


def fresh_client_works(settings: dict[str, Any], place: dict[str, Any], name: str) -> str:
    with filed.Client(**settings) as client:
        user = client.me().id
        with client.push(job_name="Season", **place) as push:
            smith = push.add_client("John Smith", external_id=name)
            smith.add_bytes(DATA, file_name="x.txt", external_id="f1")
        assert push.wait(timeout=60).state == "done"
    return user


def work(settings: dict[str, Any], place: dict[str, Any], number: int) -> str:
    """What a process made by `multiprocessing` does."""
    limit(LIMIT // 2)
    if HOST is not None:
        old_handles_are_refused(HOST)
    return fresh_client_works(settings, place, f"c-{os.getpid()}-{number}")


def by_processes(sandbox: Sandbox, method: str) -> None:
    context: Any = multiprocessing.get_context(method)
    for round_ in range(3):
        processes = [
            context.Process(target=work, args=(sandbox.settings, sandbox.place, round_))
            for _ in range(WORKERS)
        ]
        for process in processes:
            process.start()
        for process in processes:
            process.join(LIMIT)
            assert process.exitcode == 0, process.exitcode


def by_pool(sandbox: Sandbox) -> None:
    context = multiprocessing.get_context("fork")
    with concurrent.futures.ProcessPoolExecutor(WORKERS, mp_context=context) as pool:
        jobs = [pool.submit(work_fresh, sandbox.settings, sandbox.place, n) for n in range(12)]
        assert {job.result(LIMIT) for job in jobs} == {"user_1"}


def work_fresh(settings: dict[str, Any], place: dict[str, Any], number: int) -> str:
    return fresh_client_works(settings, place, f"c-{os.getpid()}-{number}")


def preload(sandbox: Sandbox, host: Host) -> None:
    """As `gunicorn --preload`: the master holds a client, forks workers, ends one and forks another
    in its place, and ends them all with SIGTERM."""
    ends: list[int] = []
    workers = [fork_worker(sandbox, host, n) for n in range(WORKERS)]
    answered = eventually_all(workers)
    os.kill(workers[0][0], signal.SIGTERM)
    ends.append(os.waitpid(workers[0][0], 0)[1])
    workers[0] = fork_worker(sandbox, host, WORKERS)
    answered |= eventually_all(workers[:1])
    assert answered == {b"user_1"}, answered
    for pid, _ in workers:
        os.kill(pid, signal.SIGTERM)
    ends += [os.waitpid(pid, 0)[1] for pid, _ in workers]
    assert [os.waitstatus_to_exitcode(status) for status in ends] == [0] * (WORKERS + 1), ends


def fork_worker(sandbox: Sandbox, host: Host, number: int) -> tuple[int, int]:
    reader, writer = os.pipe()
    pid = os.fork()
    if pid != 0:
        os.close(writer)
        return pid, reader
    os.close(reader)
    limit(LIMIT // 2)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    old_handles_are_refused(host)
    user = fresh_client_works(sandbox.settings, sandbox.place, f"c-{number}")
    # In the middle of uploads when the end comes.
    client = filed.Client(**sandbox.settings)
    os.write(writer, user.encode())
    while True:
        client.uploads.bytes(DATA, file_name="x.bin")


def eventually_all(workers: list[tuple[int, int]]) -> set[bytes]:
    return {os.read(reader, 64) for _, reader in workers}


def main(kind: str) -> None:
    global HOST
    limit(LIMIT)
    sandbox = Sandbox()
    atexit.register(sandbox.stop)
    sandbox.reset(upload_bytes_per_second=1_000_000, import_ms=20, duplicate_scope="off")
    HOST = Host(sandbox)
    if kind == "preload":
        preload(sandbox, HOST)
    elif kind == "pool":
        by_pool(sandbox)
    else:
        by_processes(sandbox, kind)
    HOST.end()
    print(f"{kind}: every child was told and worked anew")


if __name__ == "__main__":
    main(sys.argv[1])
