"""Every function of the native module stops panics by itself: planted in any of them, one becomes
`InternalError`, and what was called goes on."""

from __future__ import annotations

import asyncio
import os
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import filed
import pytest
from filed import _native, pull

from pulled import KEY, Platform, ask
from sandbox import ROOT, Sandbox
from test_defects import calls

Call = Callable[[], object]

SOURCES = ROOT / "bindings-python/src"
METHODS = re.compile(r"^ *#\[pymethods\]\n(impl .*?^\})", re.MULTILINE | re.DOTALL)
EXPORTED = re.compile(
    r"^(?P<indent> *)(?:pub )?fn (?P<name>\w+)[^{]*\{\n(?P<body>.*?)^(?P=indent)\}$",
    re.MULTILINE | re.DOTALL,
)
GUARD = re.compile(r'guarded\(\s*py,\s*"([^"]+)"')
FILE = dict.fromkeys(("path", "data", "url", "file_name", "mime_type", "category", "metadata"))


def exported() -> Iterator[tuple[str, str]]:
    """Name and body of each function that Python can call."""
    for path in sorted(SOURCES.rglob("*.rs")):
        text = path.read_text()
        for block in METHODS.findall(text):
            for found in EXPORTED.finditer(block):
                yield f"{path.name}: {found['name']}", found["body"]
        for function in re.finditer(r"#\[pyfunction\]", text):
            if after := EXPORTED.search(text, function.end()):
                yield f"{path.name}: {after['name']}", after["body"]


def guards() -> list[str]:
    """What the guards call themselves."""
    texts = [path.read_text() for path in sorted(SOURCES.rglob("*.rs"))]
    return [name for text in texts for name in GUARD.findall(text)]


def test_every_function_of_the_native_module_has_a_guard_of_its_own() -> None:
    functions = dict(exported())
    assert len(functions) > 70
    bare = [name for name, body in functions.items() if not GUARD.search(body)]
    assert not bare, bare
    names = guards()
    assert len(names) == len(set(names)), "two guards of one name"


def serving(provider: pull.Provider | pull.FolderProvider) -> pull.Server:
    return pull.Server(provider, keys={"filed": KEY})


@contextmanager
def question() -> Iterator[_native.PullCall]:
    """A question of a running server that holds an incoming file."""
    questions = _native.PullQuestions()
    settings = serving(Platform())._serving._settings
    server = _native.pull_serve(settings, questions, False).run()
    sending = threading.Thread(
        target=ask, args=(server.url, "clients/ada/files"), kwargs={"method": "POST", "body": b"x"}
    )
    sending.start()
    told = questions.next(30.0)
    assert told is not None and isinstance(told[1], _native.PullCall)
    try:
        yield told[1]
    finally:
        told[1].fail("failed", "", None)
        sending.join()
        server.shutdown(10.0).run()


def of_operations(client: filed.Client, push: filed.Push, sandbox: Sandbox) -> dict[str, Call]:
    """The public operations, and the names of the natives behind the rest of the table."""
    table = calls(client, push, sandbox)
    table["push.add_files"] = table.pop("push.add_file")
    other = client.push(job_name="Other", **sandbox.place)
    return {**table, "push.close": other.close}


def of_calls(client: filed.Client, push: filed.Push, sandbox: Sandbox) -> dict[str, Call]:
    """Starting, waiting, lists, events, tokens, streams."""
    native = client._session.native
    queue, token = _native.LoopQueue(), _native.TokenRequests()
    chunks = _native.uploads_stream(native, "x", None, None)[1]

    async def me() -> object:
        async with filed.AsyncClient(**sandbox.settings) as another:
            return await another.me()

    def by_a_loop() -> object:
        return asyncio.run(me())

    return {
        "operation.run": client.me,
        "operation.begin": client.me,
        "pending.wait": client.me,
        "pending.cancel": native.me().begin().cancel,
        "pager.next_page": lambda: list(push.files()),
        "push.job_id": lambda: push.job_id,
        "push.journal": lambda: push.journal,
        "events.next_batch": lambda: next(iter(push.events())),
        "queue.new": by_a_loop,
        "queue.fileno": by_a_loop,
        "queue.start": by_a_loop,
        "queue.deliver": by_a_loop,
        "queue.cancel": lambda: queue.cancel(1),
        "queue.drain": queue.drain,
        "queue.wait": lambda: queue.wait(0.0),
        "token.new": _native.TokenRequests,
        "token.next": token.next,
        "token.give": lambda: token.give("t"),
        "token.fail": lambda: token.fail("E"),
        "token.end": token.end,
        "chunks.send": lambda: chunks.send(b"x"),
        "chunks.fail": lambda: chunks.fail("E"),
        "chunks.finish": chunks.finish,
        "report_unraisable": lambda: _native.report_unraisable(ValueError(), print),
        "validate_client": lambda: _native.validate_client("n", "e"),
        "validate_file": lambda: _native.validate_file({**FILE, "external_id": "e", "url": "u"}),
    }


def of_pull(call: _native.PullCall, running: pull.Server, folder: Path) -> dict[str, Call]:
    """What serves and checks."""
    incoming, questions = call.content(), _native.PullQuestions()
    firm = pull.FolderProvider(folder)

    return {
        "pull.check": lambda: pull.check("http://127.0.0.1:9"),
        "pull.docs": lambda: pull.docs("http://127.0.0.1:9"),
        "pull.serve": lambda: serving(Platform()).start(),
        "pull.serve_folder": lambda: serving(firm).start(),
        "pull.folder.new": lambda: pull.FolderProvider(folder),
        "pull.server.shutdown": running.close,
        "pull.questions.new": _native.PullQuestions,
        "pull.questions.next": lambda: questions.next(0.0),
        "pull.questions.end": questions.end,
        "pull.incoming.next": incoming.next,
        "pull.call.is_wanted": lambda: call.is_wanted,
        "pull.call.content": call.content,
        "pull.call.answer": lambda: call.answer("{}"),
        "pull.call.opened_path": lambda: call.opened_path("{}", None, "x"),
        "pull.call.opened_descriptor": lambda: call.opened_descriptor("{}", None, 0),
        "pull.call.opened_bytes": lambda: call.opened_bytes("{}", None, b""),
        "pull.call.opened_stream": lambda: call.opened_stream("{}", None, questions, 1),
        "pull.call.chunk": lambda: call.chunk(None),
        "pull.call.skipped": lambda: call.skipped(True),
        "pull.call.fail": lambda: call.fail("failed", "", None),
    }


def test_a_panic_in_any_of_them_is_an_internal_error(
    sandbox: Sandbox, client: filed.Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    push = client.push(job_name="Season", **sandbox.place)
    with question() as call, serving(Platform()) as running:
        table = {
            **of_operations(client, push, sandbox),
            **of_calls(client, push, sandbox),
            **of_pull(call, running, tmp_path),
        }
        assert table.keys() == set(guards()), "nobody forgets to add a function here"
        for name, provoked in table.items():
            monkeypatch.setitem(os.environ, "FILED_TEST_PANIC", f"native {name}")
            with pytest.raises(filed.InternalError):
                provoked()
            monkeypatch.delitem(os.environ, "FILED_TEST_PANIC")
            assert call.is_wanted, name
    push.close()
    assert client.me().id == "user_1"
