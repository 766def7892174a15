"""Ctrl-C during every kind of wait."""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path

import pytest

from programs import finish, said, start
from sandbox import Sandbox, eventually

# The promise is half a second; a busy machine gets some more.
BOUND = 1.0

HANGS = {"hang_ms": 600_000}

OPEN = """
push = client.push(job_name="Season", **PLACE)
smith = push.add_client("John Smith", external_id="c1")
smith.add_bytes(b"content", file_name="a.txt", external_id="f1")
"""

WAITS = {
    "request": ({"on": "me", **HANGS}, "", "client.me()"),
    "page": ({"on": "jobWorks", **HANGS}, "", "list(client.jobs.works('w', 'c'))"),
    "pending connection": (
        None,
        "",
        "client.connections.wait_active(PLACE['workspace_id'], 'connection_790')",
    ),
    "upload": (
        {"on": "upload", **HANGS},
        "",
        "client.uploads.bytes(b'content', file_name='a.txt')",
    ),
    "stream": (
        {"on": "upload", **HANGS},
        "",
        "client.uploads.stream(io.BytesIO(b'x' * 9_000_000), file_name='a.bin')",
    ),
    "opening": ({"on": "connections", **HANGS}, "", "client.push(job_name='Season', **PLACE)"),
    "commit": ({"on": "upload", **HANGS}, OPEN, "push.commit()"),
    "leaving the block": (
        {"on": "upload", **HANGS},
        OPEN
        + """
def leave():
    with push:
        pass
""",
        "leave()",
    ),
    "wait": (None, OPEN + "push.commit()", "push.wait()"),
    "events": ({"on": "upload", **HANGS}, OPEN, "list(push.events())"),
}

PROGRAM = """
client = filed.Client()
{prepare}
say_when_waiting()
try:
    {wait}
except KeyboardInterrupt:
    say("interrupted")
"""


@pytest.mark.parametrize("kind", WAITS)
def test_ctrl_c_is_answered(sandbox: Sandbox, kind: str) -> None:
    fault, prepare, wait = WAITS[kind]
    sandbox.reset(import_ms=600_000)
    if fault is not None:
        sandbox.plan({**fault, "times": 0})
    source = PROGRAM.format(prepare=prepare, wait=wait)
    process = start(source, sandbox.variables, json.dumps(sandbox.place))
    said(process, "waiting")
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    said(process, "interrupted")
    reaction = time.monotonic() - began
    code, _, err = finish(process)
    ending = time.monotonic() - began
    assert code == 0, err
    assert reaction < BOUND
    assert ending < BOUND + 2


def test_ctrl_c_cancels_the_request(sandbox: Sandbox, w2: Path) -> None:
    sandbox.plan({"on": "upload", "times": 0, **HANGS, "match": "a.txt"})
    source = """
client = filed.Client()
say_when_waiting()
try:
    client.uploads.bytes(b"content", file_name="a.txt")
except KeyboardInterrupt:
    say("interrupted")
sys.stdin.read()
"""
    process = start(source, sandbox.variables)
    said(process, "waiting")
    eventually(lambda: sandbox.counts("upload") == 1)
    process.send_signal(signal.SIGINT)
    said(process, "interrupted")
    # The process lives on: the request is over because its wait was.
    eventually(lambda: [r for r in sandbox.state()["requests"] if r["operation"] == "upload"])
    process.kill()
    finish(process)


def test_ctrl_c_ends_an_asyncio_program(sandbox: Sandbox) -> None:
    sandbox.plan({"on": "me", "times": 0, **HANGS})
    source = """
async def main():
    async with filed.AsyncClient() as client:
        task = asyncio.create_task(client.me())
        await asyncio.sleep(0)
        say("waiting")
        await task
try:
    asyncio.run(main())
except KeyboardInterrupt:
    say("interrupted")
"""
    process = start(source, sandbox.variables)
    said(process, "waiting")
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    said(process, "interrupted")
    assert time.monotonic() - began < BOUND
    assert finish(process)[0] == 0


def test_a_handler_that_raises_nothing_interrupts_nothing(sandbox: Sandbox) -> None:
    sandbox.plan({"on": "me", "delay_ms": 700})
    source = """
signal.signal(signal.SIGUSR1, lambda *_: say("handled"))
client = filed.Client()
say_when_waiting()
say(client.me().id)
"""
    process = start(source, sandbox.variables)
    said(process, "waiting")
    process.send_signal(signal.SIGUSR1)
    said(process, "handled")
    said(process, "user_1")
    assert finish(process)[0] == 0
