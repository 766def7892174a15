"""The push, plain and async."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from pathlib import Path
from typing import Any

import filed
import pytest

from sandbox import Sandbox, eventually


def add_smith(push: filed.Push, w2: Path) -> None:
    smith = push.add_client("John Smith", external_id="c1")
    smith.add_file(w2, external_id="f1", metadata={"pages": 2}, category="w2")
    smith.add_bytes(b"some notes", file_name="notes.txt", external_id="f2")
    smith.add_files([filed.NewFile("f3", data=b"more", file_name="more.txt")])


def initiated(sandbox: Sandbox) -> list[int]:
    return [job["initiated"] for job in sandbox.state()["jobs"]]


def test_leaving_the_block_commits(sandbox: Sandbox, client: filed.Client, w2: Path) -> None:
    with client.push(job_name="Season", **sandbox.place) as push:
        add_smith(push, w2)
    assert push.job_id is not None
    report = push.wait(timeout=30)
    assert report.state == "done"
    assert (report.files.imported, report.files.done, report.files.failed) == (3, 3, 0)
    artifacts = {a["external_id"]: a for a in sandbox.state()["artifacts"]}
    assert artifacts["f1"]["type"] == "w2"
    assert artifacts["f1"]["metadata"]["pages"] == 2


def test_an_exception_in_the_block_cancels_without_initiating(
    sandbox: Sandbox, client: filed.Client, w2: Path
) -> None:
    with (
        pytest.raises(ZeroDivisionError),
        client.push(job_name="Season", **sandbox.place) as push,
    ):
        add_smith(push, w2)
        raise ZeroDivisionError
    with pytest.raises(filed.CancelledError):
        push.commit()
    assert not any(initiated(sandbox))


def test_everything_about_a_push_can_be_walked(
    sandbox: Sandbox, client: filed.Client, w2: Path
) -> None:
    with client.push(job_name="Season", **sandbox.place) as push:
        add_smith(push, w2)
    push.wait(timeout=30)
    files = {file.external_id: file for file in push.files()}
    assert list(files) == ["f1", "f2", "f3"]
    assert files["f1"].path == w2
    assert files["f2"].path is None
    assert [c.external_id for c in push.clients()] == ["c1"]
    progress = push.progress()
    assert progress.state == "done"
    assert progress.bytes_sent == progress.bytes_total > 0
    kinds = [event.kind for event in push.events()]
    assert kinds[-1] == "push_done"
    assert kinds.count("file_imported") == 3


def test_on_event_is_called_on_a_thread_of_python_and_may_raise(
    sandbox: Sandbox, client: filed.Client, w2: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unraisable: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda hook: unraisable.append(hook.exc_value))
    seen: list[filed.Event] = []
    threads = set()

    def on_event(event: filed.Event) -> None:
        seen.append(event)
        threads.add(threading.current_thread())
        if event.kind == "client_added":
            raise KeyError("planned")

    with client.push(job_name="Season", on_event=on_event, **sandbox.place) as push:
        add_smith(push, w2)
    push.wait(timeout=30)
    assert seen[-1].kind == "push_done"
    assert threading.current_thread() not in threads
    assert [type(e) for e in unraisable] == [KeyError]


def test_a_file_that_is_gone_fails_alone(
    sandbox: Sandbox, client: filed.Client, w2: Path, tmp_path: Path
) -> None:
    gone = tmp_path / "gone-PLANTED-.pdf"
    push = client.push(job_name="Season", **sandbox.place)
    smith = push.add_client("John Smith", external_id="c1")
    smith.add_file(w2, external_id="f1")
    smith.add_file(gone, external_id="f2")
    with pytest.raises(filed.PushIncompleteError) as raised:
        push.commit()
    assert "f2" in str(raised.value)
    (failed,) = push.report().failed_files
    assert failed.external_id == "f2"
    assert isinstance(failed.error, FileNotFoundError)
    assert isinstance(failed.error, filed.FileNotFound)
    assert failed.error.path == gone
    assert "PLANTED" not in str(failed.error) + repr(failed.error)
    assert not any(initiated(sandbox))


def test_a_commit_can_be_waited_for_in_parts(
    sandbox: Sandbox, client: filed.Client, w2: Path
) -> None:
    sandbox.plan({"on": "createJobWorks", "delay_ms": 700})
    push = client.push(job_name="Season", **sandbox.place)
    add_smith(push, w2)
    with pytest.raises(filed.WaitTimedOutError):
        push.commit(timeout=0.05)
    push.commit(timeout=30)
    assert push.wait(timeout=30).state == "done"


def test_a_push_is_resumed_from_its_journal(
    sandbox: Sandbox, client: filed.Client, w2: Path, tmp_path: Path
) -> None:
    journal = tmp_path / "season.filed"
    push = client.push(job_name="Season", journal=journal, **sandbox.place)
    assert push.journal == journal
    add_smith(push, w2)
    with pytest.raises(filed.JournalLockedError):
        client.resume(journal)
    push.close()
    with pytest.raises(filed.ClosedError):
        push.progress()
    again = client.resume(str(journal))
    smith = again.add_client("John Smith", external_id="c1")
    smith.add_bytes(b"some notes", file_name="notes.txt", external_id="f2")
    smith.add_bytes(b"more", file_name="more.txt", external_id="f3")
    again.commit()
    assert again.wait(timeout=30).files.imported == 3


def test_the_same_again_changes_nothing_and_another_is_refused(
    sandbox: Sandbox, client: filed.Client, w2: Path
) -> None:
    push = client.push(job_name="Season", **sandbox.place)
    smith = push.add_client("John Smith", external_id="c1")
    assert push.add_client("John Smith", external_id="c1")._key == smith._key
    smith.add_file(w2, external_id="f1")
    smith.add_file(w2, external_id="f1")
    with pytest.raises(filed.DuplicateExternalIdError) as raised:
        smith.add_bytes(b"other", file_name="x.txt", external_id="f1")
    assert raised.value.external_id == "f1"
    assert push.progress().files.total == 1
    push.cancel()


def test_wrong_arguments_are_named(client: filed.Client, sandbox: Sandbox, w2: Path) -> None:
    push = client.push(job_name="Season", **sandbox.place)
    smith = push.add_client("John Smith", external_id="c1")
    with pytest.raises(ValueError, match="metadata"):
        smith.add_file(w2, external_id="f", metadata={"x": float("nan")})
    with pytest.raises(TypeError, match="metadata"):
        smith.add_file(w2, external_id="f", metadata={"x": object()})
    with pytest.raises(TypeError, match="metadata"):
        smith.add_file(w2, external_id="f", metadata=[1])  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="content"):
        smith.add_bytes("text", file_name="f", external_id="f")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="external_id must be a string, not int"):
        smith.add_file(w2, external_id=7)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="category is not text"):
        smith.add_file(w2, external_id="f", category="\ud800")
    with pytest.raises(ValueError, match="exactly one"):
        smith.add_files([filed.NewFile("f")])
    with pytest.raises(filed.InvalidArgumentError, match="on_existing"):
        client.push(job_name="S", on_existing="x", **sandbox.place)  # type: ignore[arg-type]
    with pytest.raises(filed.InvalidArgumentError, match="timeout"):
        push.wait(timeout=-1)
    push.cancel()


@pytest.mark.skipif(sys.platform != "linux", reason="needs a disk whose names are any bytes")
def test_a_path_that_is_not_utf_8_is_found(
    sandbox: Sandbox, client: filed.Client, tmp_path: Path
) -> None:
    path = tmp_path / os.fsdecode(b"scan-\xff\xfe.pdf")
    path.write_bytes(b"%PDF-1.7 content")
    with client.push(job_name="Season", **sandbox.place) as push:
        smith = push.add_client("John Smith", external_id="c1")
        smith.add_file(path, external_id="f1", file_name="scan.pdf")
    assert push.wait(timeout=30).files.imported == 1
    (file,) = push.files()
    assert file.path == path


def test_the_async_push_does_the_same(sandbox: Sandbox, w2: Path, tmp_path: Path) -> None:
    seen: list[str] = []

    async def on_event(event: filed.Event) -> None:
        seen.append(event.kind)

    async def main() -> None:
        async with filed.AsyncClient(**sandbox.settings) as client:
            opening = client.push(
                job_name="Season", journal=tmp_path / "j", on_event=on_event, **sandbox.place
            )
            async with opening as push:
                smith = await push.add_client("John Smith", external_id="c1")
                await smith.add_file(w2, external_id="f1")
                await smith.add_bytes(b"notes", file_name="n.txt", external_id="f2")
                await smith.add_files([filed.NewFile("f3", data=b"x", file_name="x.txt")])
                events = push.events()
            report = await push.wait(timeout=30)
            assert report.files.imported == 3
            assert [event.kind async for event in events][-1] == "push_done"
            assert [f.external_id async for f in push.files()] == ["f1", "f2", "f3"]
            assert [c.external_id async for c in push.clients()] == ["c1"]
            assert (await push.progress()).state == "done"
            assert (await push.report()).job_id == push.job_id
            assert seen[-1] == "push_done"
            await push.close()
            again = await client.resume(tmp_path / "j")
            assert (await again.wait(timeout=10)).files.imported == 3

    asyncio.run(main())


def test_an_exception_in_an_async_block_cancels(sandbox: Sandbox, w2: Path) -> None:
    async def main() -> None:
        async with filed.AsyncClient(**sandbox.settings) as client:
            with pytest.raises(ZeroDivisionError):
                async with client.push(job_name="Season", **sandbox.place) as push:
                    await push.add_client("John Smith", external_id="c1")
                    raise ZeroDivisionError
            with pytest.raises(filed.CancelledError):
                await push.commit()

    asyncio.run(main())
    assert not any(initiated(sandbox))


def test_many_threads_add_to_one_push(sandbox: Sandbox, client: filed.Client) -> None:
    push = client.push(job_name="Season", **sandbox.place)

    def add(number: int) -> None:
        added = push.add_client(f"client {number}", external_id=f"c{number}")
        added.add_bytes(b"x", file_name="x.txt", external_id=f"f{number}")

    threads = [threading.Thread(target=add, args=(n,)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    push.commit()
    assert push.wait(timeout=30).files.imported == 16
    eventually(lambda: push.progress().state == "done")
