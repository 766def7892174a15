"""What the library costs a host in Python; one JSON object."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import Awaitable
from pathlib import Path

import filed
from filed import _bridge

sys.path.insert(0, str(Path(__file__).parents[2] / "python"))
from loop_delay import Delay

PLACE = {
    "connection_id": os.environ["PLACE_CONNECTION"],
    "workspace_id": os.environ["PLACE_WORKSPACE"],
}
DATA = b"x" * 20_000
UPLOADS = 2_000
COMPLETIONS = 10_000


def threads_of_ours() -> int:
    names = [task.read_text() for task in Path("/proc/self/task").glob("*/comm")]
    return sum(name.startswith("filed-") for name in names)


def idle_cpu() -> float:
    wall, cpu = time.perf_counter(), time.process_time()
    time.sleep(3)
    return (time.process_time() - cpu) * 1000 / (time.perf_counter() - wall)


def call_us(push: filed.AsyncPush) -> float:
    rounds = 100_000
    began = time.perf_counter()
    for _ in range(rounds):
        push.job_id  # noqa: B018
    return (time.perf_counter() - began) * 1e6 / rounds


async def round_trip_us(push: filed.AsyncPush) -> float:
    rounds = 2_000
    began = time.perf_counter()
    for _ in range(rounds):
        await push.add_client("John Smith", external_id="c0")
    return (time.perf_counter() - began) * 1e6 / rounds


async def loop_delay(client: filed.AsyncClient) -> float:
    """While 2,000 uploads run, started as a program would: some at a time."""
    room = asyncio.Semaphore(64)

    async def upload() -> None:
        async with room:
            await client.uploads.bytes(DATA, file_name="x.bin")

    async with Delay() as delay:
        await asyncio.gather(*(upload() for _ in range(UPLOADS)))
    return delay.p99_ms


async def wakes(push: filed.AsyncPush) -> int:
    """How often the event loop was woken for 10,000 results."""
    count = 0
    drain = _bridge.Bridge._drain

    def counted(self: _bridge.Bridge) -> None:
        nonlocal count
        count += 1
        drain(self)

    # A loop of its own, whose bridge is made with the counting one.
    _bridge.Bridge._drain = counted  # type: ignore[method-assign]
    _bridge._bridges.clear()
    calls: list[Awaitable[object]] = [
        push.add_client("John Smith", external_id=f"w{n}") for n in range(COMPLETIONS)
    ]
    await asyncio.gather(*calls)
    return count


async def cancel_ms(client: filed.AsyncClient) -> float:
    push = await client.push(job_name="Season", **PLACE)
    smith = await push.add_client("John Smith", external_id="c1")
    for number in range(16):
        # The sandbox never answers an upload of this name.
        await smith.add_bytes(DATA, file_name="slow.bin", external_id=f"f{number}")
    commit = asyncio.create_task(push.commit())
    await asyncio.sleep(0.05)
    began = time.perf_counter()
    await push.cancel()
    try:
        await commit
    except filed.CancelledError:
        return (time.perf_counter() - began) * 1000
    raise AssertionError("the commit was not cancelled")


async def main() -> None:
    async with filed.AsyncClient() as client:
        numbers: dict[str, float] = {"loop_delay_p99_ms": await loop_delay(client)}
        push = await client.push(job_name="Season", **PLACE)
        numbers["threads"] = threads_of_ours()
        numbers["idle_cpu_ms_per_s"] = idle_cpu()
        numbers["call_us"] = call_us(push)
        numbers["round_trip_us"] = await round_trip_us(push)
        numbers["wakes_per_10000"] = await wakes(push)
        numbers["cancel_ms"] = await cancel_ms(client)
        await push.close()
    print(json.dumps(numbers))


asyncio.run(main())
