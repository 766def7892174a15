"""A panic inside any operation becomes `InternalError`, an `Exception` like every other, and the
client goes on."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import filed
import pytest

from sandbox import ROOT, Sandbox

Call = Callable[[], object]


@pytest.fixture
def push(sandbox: Sandbox, client: filed.Client) -> Iterator[filed.Push]:
    push = client.push(job_name="Season", **sandbox.place)
    yield push
    push.close()


def calls(client: filed.Client, push: filed.Push, sandbox: Sandbox) -> dict[str, Call]:
    """Each operation of the table in docs/surface.md, by the name its errors carry."""
    where = sandbox.place
    workspace, connection = where["workspace_id"], where["connection_id"]
    smith = push.add_client("John Smith", external_id="c1")
    path = Path(__file__)
    return {
        "client": lambda: filed.Client(**sandbox.settings),
        "close": lambda: filed.Client(**sandbox.settings).close(),
        "me": client.me,
        "workspaces.create": lambda: client.workspaces.create("Firm"),
        "workspaces.add_users": lambda: client.workspaces.add_users(workspace, ["a@example.com"]),
        "connections.start": lambda: client.connections.start(workspace, "drake", inputs={}),
        "connections.collect": lambda: client.connections.collect(connection),
        "connections.list": lambda: list(client.connections.list(workspace)),
        "connections.wait_active": lambda: client.connections.wait_active(workspace, connection),
        "jobs.create": lambda: client.jobs.create(connection, "Import"),
        "jobs.add_works": lambda: client.jobs.add_works("j", [filed.NewWork("n", external_id="e")]),
        "jobs.works": lambda: list(client.jobs.works(workspace, connection)),
        "jobs.initiate": lambda: client.jobs.initiate("j"),
        "works.add_artifacts": lambda: client.works.add_artifacts(
            "w", [filed.NewArtifact("n", type="w2", external_id="e")]
        ),
        "uploads.file": lambda: client.uploads.file(path),
        "uploads.bytes": lambda: client.uploads.bytes(b"x", file_name="x"),
        "uploads.stream": lambda: client.uploads.stream(io.BytesIO(b"x"), file_name="x"),
        "uploads.url": lambda: client.uploads.url("https://files.example.com/x"),
        "platform.clients": lambda: list(client.platform.clients(workspace, connection)),
        "platform.files": lambda: list(client.platform.files(workspace, connection, "c")),
        "platform.upload_file": lambda: client.platform.upload_file(
            connection, "c", file_name="x", tusd_endpoint="https://files.example.com/x"
        ),
        "graphql": lambda: client.graphql("{ me { id } }"),
        "deep_link": lambda: filed.deep_link("slug", "path"),
        "push": lambda: client.push(job_name="Season", **where),
        "resume": lambda: client.resume("no-such-journal"),
        "push.add_client": lambda: push.add_client("John Smith", external_id="c2"),
        "push.add_file": lambda: smith.add_bytes(b"x", file_name="x", external_id="f1"),
        "push.commit": push.commit,
        "push.wait": push.wait,
        "push.cancel": push.cancel,
        "push.progress": push.progress,
        "push.events": push.events,
        "push.report": push.report,
        "push.files": push.files,
        "push.clients": push.clients,
        "shutdown": filed.shutdown,
    }


def rows() -> int:
    """Operations of the table, the version and the second spelling of opening not counted."""
    text = (ROOT / "docs/surface.md").read_text()
    table = text.split("## Operations")[1].split("##")[0]
    return len(re.findall(r"^\| (?!operation|---|version|open, asyncio)", table, re.MULTILINE))


def test_a_panic_in_any_operation_is_an_internal_error(
    sandbox: Sandbox, client: filed.Client, push: filed.Push, monkeypatch: pytest.MonkeyPatch
) -> None:
    all_calls = calls(client, push, sandbox)
    # The table and this one are the same length: nobody forgets to add a call here.
    assert len(all_calls) == rows()
    for name, call in all_calls.items():
        monkeypatch.setitem(os.environ, "FILED_TEST_PANIC", name)
        with pytest.raises(filed.InternalError) as raised:
            call()
        monkeypatch.delitem(os.environ, "FILED_TEST_PANIC")
        assert raised.value.operation in (name, None)
    assert client.me().id == "user_1"
