"""The bridge between the core and event loops."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import filed
import pytest
from filed import _native

from sandbox import Sandbox, eventually


def test_uvloop_works_as_well(sandbox: Sandbox) -> None:
    uvloop = pytest.importorskip("uvloop")

    async def main() -> None:
        async with filed.AsyncClient(**sandbox.settings) as client:
            users = await asyncio.gather(*(client.me() for _ in range(50)))
            assert {user.id for user in users} == {"user_1"}

    loop = uvloop.new_event_loop()
    loop.run_until_complete(main())
    loop.close()


class WithoutReaders(asyncio.SelectorEventLoop):
    """A loop that cannot watch descriptors for others, as the proactor loop of Windows."""

    def add_reader(self, *_: object) -> None:
        raise NotImplementedError


def test_a_loop_that_watches_no_descriptors_is_served_by_a_thread(sandbox: Sandbox) -> None:
    async def main() -> None:
        async with filed.AsyncClient(**sandbox.settings) as client:
            users = await asyncio.gather(*(client.me() for _ in range(50)))
            assert {user.id for user in users} == {"user_1"}

    loop = WithoutReaders()
    loop.run_until_complete(main())
    loop.close()


def test_a_batch_wakes_the_loop_once(sandbox: Sandbox, client: filed.Client) -> None:
    native = client._session.native
    queue = _native.LoopQueue()
    for token in range(20):
        queue.start(token, native.me())
    delivered: list[tuple[int, bool, Any]] = []

    def collect() -> bool:
        delivered.extend(queue.wait(0.1))
        return len(delivered) == 20

    eventually(collect)
    assert sorted(token for token, _, _ in delivered) == list(range(20))
    assert all(succeeded for _, succeeded, _ in delivered)


def test_cancelling_a_task_frees_the_request(sandbox: Sandbox, w2: Path) -> None:
    sandbox.plan({"on": "upload", "hang_ms": 600_000, "match": "w2.pdf"})

    async def main() -> None:
        async with filed.AsyncClient(**sandbox.settings) as client:
            task = asyncio.create_task(client.uploads.file(w2))
            await asyncio.to_thread(eventually, lambda: sandbox.counts("upload") == 1)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            # The client still lives: the request ended because its task was cancelled.
            await asyncio.to_thread(eventually, lambda: ended(sandbox))

    asyncio.run(main())


def ended(sandbox: Sandbox) -> bool:
    return any(request["operation"] == "upload" for request in sandbox.state()["requests"])


def test_cancelling_a_commit_cancels_the_push(sandbox: Sandbox, w2: Path) -> None:
    sandbox.plan({"on": "upload", "hang_ms": 600_000, "match": "w2.pdf"})

    async def main() -> None:
        async with filed.AsyncClient(**sandbox.settings) as client:
            push = await client.push(job_name="Cancelled", **sandbox.place)
            smith = await push.add_client("John Smith", external_id="c1")
            await smith.add_file(w2, external_id="f1")
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(push.commit(), timeout=0.2)
            with pytest.raises(filed.CancelledError):
                await push.commit()

    asyncio.run(main())
    assert sandbox.state()["jobs"] == [] or sandbox.state()["jobs"][0]["initiated"] == 0


def test_a_loop_that_ends_with_work_under_way_is_no_trouble(sandbox: Sandbox) -> None:
    sandbox.plan({"on": "me", "hang_ms": 600_000})
    client = filed.AsyncClient(**sandbox.settings)

    async def main() -> None:
        task = asyncio.create_task(client.me())
        await asyncio.to_thread(eventually, lambda: sandbox.counts("me") == 1)
        assert not task.done()

    asyncio.run(main())
    asyncio.run(client.close())
