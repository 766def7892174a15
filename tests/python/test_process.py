"""The process around the library: the interpreter's lock, forks, exits, shutdown."""

from __future__ import annotations

import gc
import json
import threading

import filed
import pytest

from programs import run
from sandbox import Sandbox


def test_other_threads_run_while_one_waits(sandbox: Sandbox, client: filed.Client) -> None:
    sandbox.plan({"on": "me", "delay_ms": 600})
    over = threading.Event()
    turns = 0

    def count() -> None:
        nonlocal turns
        while not over.is_set():
            turns += 1

    thread = threading.Thread(target=count)
    thread.start()
    before = turns
    client.me()
    during = turns - before
    over.set()
    thread.join()
    # With the lock held the thread would not get a single turn.
    assert during > 1000


FORKED = """
client = filed.Client()
assert client.me().id == "user_1"
push = client.push(job_name="Season", **PLACE)
smith = push.add_client("John Smith", external_id="c1")
child = os.fork()
if child == 0:
    calls = [
        client.me,
        lambda: client.uploads.bytes(b"x", file_name="x"),
        lambda: next(client.connections.list("w")),
        lambda: smith.add_bytes(b"x", file_name="x", external_id="f"),
        push.progress, push.commit, push.cancel, push.report, push.events,
    ]
    for call in calls:
        try:
            call()
        except filed.ForkedError as e:
            assert "fork" in str(e)
        else:
            os._exit(1)
    client.close()
    push.close()
    del client, push, smith, calls, call
    with filed.Client() as fresh:
        assert fresh.me().id == "user_1"
    sys.exit(0)
_, status = os.waitpid(child, 0)
assert status == 0, status
assert client.me().id == "user_1"
smith.add_bytes(b"x", file_name="x.txt", external_id="f1")
push.commit()
assert push.wait(timeout=30).state == "done"
say("done")
"""


def test_a_forked_child_is_told_at_once_and_can_start_anew(sandbox: Sandbox) -> None:
    assert run(FORKED, sandbox.variables, json.dumps(sandbox.place)) == "done\n"


EXITS = {
    "an idle client": "client = filed.Client(); client.me()",
    "a request on a thread": """
client = filed.Client()
threading.Thread(target=client.me, daemon=True).start()
say_when_waiting()
""",
    "a push under way with a watcher": """
client = filed.Client()
push = client.push(job_name="Season", on_event=lambda event: None, **PLACE)
push.add_client("John", external_id="c").add_bytes(b"x", file_name="x", external_id="f")
""",
    "a watcher that never returns": """
client = filed.Client()
push = client.push(job_name="Season", on_event=lambda e: threading.Event().wait(), **PLACE)
push.add_client("John", external_id="c")
""",
    "an upload whose token never comes": """
client = filed.Client(
    role="partner", api_key=os.environ["PARTNER_KEY"], upload_url=os.environ["PARTNER_UPLOAD"],
    partner_token=lambda: threading.Event().wait(),
)
def upload():
    client.uploads.bytes(b"x", file_name="x")
threading.Thread(target=upload, daemon=True).start()
""",
    "a loop that was left": """
client = filed.AsyncClient()
loop = asyncio.new_event_loop()
loop.run_until_complete(client.me())
task = loop.create_task(client.me())
loop.call_soon(loop.stop)
loop.run_forever()
""",
}


@pytest.mark.parametrize("kind", EXITS)
def test_a_program_ends_in_the_middle_of_things(sandbox: Sandbox, kind: str) -> None:
    sandbox.plan({"on": "upload", "hang_ms": 600_000, "times": 0})
    variables = {
        **sandbox.variables,
        "PARTNER_KEY": sandbox.ready["partner_api_key"],
        "PARTNER_UPLOAD": sandbox.ready["partner_upload_url"],
    }
    if "token" in kind:
        del variables["FILED_UPLOAD_URL"]
    for _ in range(5):
        run(EXITS[kind], variables, json.dumps(sandbox.place))


def test_shutdown_ends_clients_and_the_next_one_starts_anew(sandbox: Sandbox) -> None:
    source = """
client = filed.Client()
client.me()
assert filed.shutdown(timeout=5) is True
assert filed.shutdown() is True
try:
    client.me()
except filed.ShutDownError:
    say("told")
assert filed.Client().me().id == "user_1"
"""
    assert run(source, sandbox.variables) == "told\n"


def test_clients_leave_nothing_behind(sandbox: Sandbox) -> None:
    def use() -> None:
        with filed.Client(**sandbox.settings) as client:
            client.me()

    use()
    gc.collect()
    before = threading.active_count()
    for _ in range(20):
        use()
    gc.collect()
    assert threading.active_count() == before


def test_many_threads_share_one_client(sandbox: Sandbox, client: filed.Client) -> None:
    ids: list[str] = []
    threads = [threading.Thread(target=lambda: ids.append(client.me().id)) for _ in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ids == ["user_1"] * 64
