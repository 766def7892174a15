"""The host goes on while the library works: its event loop is on time, its threads get their turns.

The limits are ten times what a quiet machine needs; the real ones are in `cargo xtask bench
budgets`.
"""

from __future__ import annotations

import asyncio
import threading
import time

import filed

from loop_delay import Delay
from sandbox import Sandbox

UPLOADS = 2_000
DATA = b"x" * 20_000
LATE_MS = 200.0


def test_an_event_loop_is_on_time_while_2000_uploads_run(sandbox: Sandbox) -> None:
    sandbox.reset(upload_discard=True)

    async def main() -> float:
        room = asyncio.Semaphore(64)

        async def upload() -> None:
            async with room:
                await client.uploads.bytes(DATA, file_name="x.bin")

        async with filed.AsyncClient(**sandbox.settings) as client:
            async with Delay() as delay:
                await asyncio.gather(*(upload() for _ in range(UPLOADS)))
            return delay.p99_ms

    late = asyncio.run(main())
    print(f"p99 of the event loop's delay: {late:.1f} ms")
    assert sandbox.counts("upload") == UPLOADS
    assert late < LATE_MS


def test_threads_get_their_turns_during_a_push(sandbox: Sandbox, client: filed.Client) -> None:
    turns = 0
    over = threading.Event()

    def count() -> None:
        nonlocal turns
        while not over.is_set():
            turns += 1

    push = client.push(job_name="Season", **sandbox.place)
    smith = push.add_client("John Smith", external_id="c1")
    for number in range(300):
        smith.add_bytes(DATA, file_name="x.bin", external_id=f"f{number}")
    thread = threading.Thread(target=count)
    thread.start()
    began, before = time.perf_counter(), turns
    push.commit()
    push.wait(timeout=120)
    rate = (turns - before) / (time.perf_counter() - began)
    over.set()
    thread.join()
    push.close()
    print(f"{rate:.0f} turns a second during a push")
    # A thread that waits for the lock gets at most 200 turns a second.
    assert rate > 10_000
