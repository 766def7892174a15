"""The pull API of providers in Python: plain and async, what they get and what they may return."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import filed
import pytest
from filed import pull

from pulled import KEY, NOW, AsyncPlatform, Platform, ask, post, sha256
from sandbox import eventually

KINDS = {"plain": Platform, "async": AsyncPlatform}


@pytest.fixture(params=KINDS)
def platform(request: pytest.FixtureRequest) -> Platform:
    return KINDS[request.param]()


@pytest.fixture
def server(platform: Platform) -> Iterator[pull.Server]:
    with pull.Server(platform, keys={"filed": KEY}) as server:
        yield server


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What `sys.unraisablehook` was told."""
    told: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", told.append)
    return told


def test_clients_are_listed_filtered_and_in_order(server: pull.Server) -> None:
    answer = ask(server, "clients")
    assert answer.status == 200
    ada, bob = answer.json()["data"]
    assert ada == {
        "id": "ada",
        "name": "Ada",
        "email": "ada@example.com",
        "lastModified": "2026-02-11T09:30:00Z",
    }
    assert bob == {"id": "bob", "name": "Bob", "type": "business"}
    assert [one["id"] for one in ask(server, "clients?sort=-name").json()["data"]] == ["bob", "ada"]
    assert [one["id"] for one in ask(server, "clients?type=business").json()["data"]] == ["bob"]


def test_a_query_comes_typed(server: pull.Server, platform: Platform) -> None:
    ask(server, "clients?limit=7&sort=-lastModified&type=x&modifiedSince=2026-02-11T09:30:00Z")
    ask(server, "clients/ada/files?mimeType=image/*&type=pdf&sort=dateCreated&offset=3")
    assert platform.queries == [
        pull.ClientQuery(limit=7, sort="-last_modified", modified_since=NOW, type="x"),
        pull.FileQuery(
            limit=50, offset=3, sort="date_created", mime_type="image/*", extension="pdf"
        ),
    ]
    assert platform.callers[0] == pull.Caller("filed", pull.SCOPES)


def test_a_file_is_listed_and_downloaded(server: pull.Server) -> None:
    (file,) = ask(server, "clients/ada/files").json()["data"]
    assert file["downloadUrl"] == f"{server.url}/api/v1/files/w2/download"
    assert (file["metadata"], file["size"]) == ({"year": 2025}, 11)
    answer = ask(server, "files/w2/download")
    assert (answer.status, answer.body) == (200, b"%PDF-1.7 w2")
    assert answer.headers["content-type"] == "application/pdf"
    assert ask(server, "files/w2/download", Range="bytes=5-").body == b"1.7 w2"


def test_a_note_arrives(server: pull.Server, platform: Platform) -> None:
    note = {"text": "Ready *now*", "format": "markdown", "category": "review", "author": "Filed"}
    answer = post(server, "clients/ada/notes", note, idempotency_key="k1")
    assert answer.status == 201
    assert answer.json()["id"] == "note-1"
    assert answer.json()["dateCreated"] == "2026-02-11T09:30:00Z"
    assert platform.notes == [pull.NewNote("Ready *now*", "markdown", "review", "Filed", "k1")]


def test_a_page_of_the_providers_own_is_gone_on_with(server: pull.Server, platform: Any) -> None:
    def pages(query: pull.ClientQuery) -> pull.Page[pull.Client]:
        start = int(query.cursor or 0)
        items = [pull.Client(f"c{n}", "n") for n in range(start, start + query.limit)]
        return pull.Page(items, str(start + query.limit) if start < 4 else None, 6)

    platform.clients = lambda: pages(platform.queries[-1])
    seen, path = [], "clients?limit=2"
    while path:
        page = ask(server, path).json()
        seen += [client["id"] for client in page["data"]]
        cursor = page["pagination"]["nextCursor"]
        assert page["pagination"]["total"] == 6
        path = f"clients?limit=2&cursor={cursor}" if cursor else ""
    assert seen == ["c0", "c1", "c2", "c3", "c4", "c5"]


FAILURES: dict[str, tuple[BaseException, int, str]] = {
    "not found": (pull.NotFound("PLANTED"), 404, "CLIENT_NOT_FOUND"),
    "no such file": (FileNotFoundError("PLANTED"), 404, "CLIENT_NOT_FOUND"),
    "forbidden": (pull.Forbidden("PLANTED"), 403, "FORBIDDEN"),
    "unavailable": (pull.Unavailable("PLANTED", retry_after=7.2), 503, "UNAVAILABLE"),
    "no connection": (ConnectionRefusedError("PLANTED"), 503, "UNAVAILABLE"),
    "no time": (TimeoutError("PLANTED"), 503, "UNAVAILABLE"),
    "a slip": (KeyError("PLANTED"), 500, "PROVIDER_FAILED"),
    "a defect": (ZeroDivisionError("PLANTED"), 500, "PROVIDER_FAILED"),
    "an exit": (SystemExit("PLANTED"), 500, "PROVIDER_FAILED"),
}


@pytest.mark.parametrize("kind", FAILURES)
def test_an_exception_becomes_an_answer_that_tells_nothing(kind: str, told: list[Any]) -> None:
    failure, status, code = FAILURES[kind]
    platform = Platform()
    platform.failure = failure
    with pull.Server(platform, keys={"filed": KEY}) as server:
        answer = ask(server, "clients/ada/files")
    assert (answer.status, answer.code) == (status, code)
    assert b"PLANTED" not in answer.body
    assert [one.exc_value for one in told] == ([failure] if status == 500 else [])
    if kind == "unavailable":
        assert answer.headers["retry-after"] == "8"


def test_what_is_invalid_is_said(server: pull.Server, platform: Platform) -> None:
    platform.failure = pull.Invalid("the category is not one of ours")
    answer = post(server, "clients/ada/notes", {"text": "x"})
    assert (answer.status, answer.code) == (422, "REJECTED")
    assert answer.json()["detail"] == "the category is not one of ours"


WRONG: dict[str, tuple[Any, str]] = {
    "nothing": (None, "must be returned, not nothing"),
    "one": (pull.Client("a", "A"), "must be returned, not a Client"),
    "other things": ([pull.File("a", "A", 1, "a/b")], "a Client must be returned, not a File"),
    "a naive time": (
        [pull.Client("a", "A", last_modified=datetime(2026, 1, 1))],
        "last_modified must say its time zone",
    ),
    "a number for a name": ([pull.Client("a", 7)], "cannot be used"),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_result_is_told_to_its_author_only(
    server: pull.Server, platform: Any, told: list[Any], kind: str
) -> None:
    result, text = WRONG[kind]
    platform.clients = lambda: result
    answer = ask(server, "clients")
    assert (answer.status, answer.code) == (500, "PROVIDER_FAILED")
    # One that cannot be used at all is answered first.
    (one,) = eventually(lambda: told)
    assert text in str(one.exc_value)
    assert "list_clients" in repr(one.object)


def test_plain_methods_run_on_threads_of_python(platform: Platform, server: pull.Server) -> None:
    ask(server, "clients")
    (thread,) = platform.threads
    assert thread is not threading.current_thread()
    assert isinstance(thread, threading.Thread)
    assert thread.name == (
        "filed-pull-loop" if isinstance(platform, AsyncPlatform) else "filed-pull"
    )


@pytest.mark.parametrize("kind", KINDS)
def test_async_methods_run_on_the_loop_of_an_async_server(kind: str) -> None:
    platform = KINDS[kind]()

    async def main() -> None:
        async with pull.AsyncServer(platform, keys={"filed": KEY}) as server:
            answer = await asyncio.to_thread(ask, server, "clients")
            assert answer.status == 200

    asyncio.run(main())
    on_this_thread = platform.threads == [threading.current_thread()]
    assert on_this_thread == (kind == "async")


def test_a_plain_method_may_return_an_awaitable(told: list[Any]) -> None:
    class Mixed(Platform):
        def list_clients(self, caller: pull.Caller, query: pull.ClientQuery) -> Any:
            async def later() -> Any:
                await asyncio.sleep(0)
                return self.clients()

            return later()

    with pull.Server(Mixed(), keys={"filed": KEY}) as server:
        assert len(ask(server, "clients").json()["data"]) == 2
    assert told == []


def test_callers_are_found_by_the_providers_own_function() -> None:
    class Own(Platform):
        def authenticate(self, credential: pull.Credential) -> pull.Caller | None:
            assert KEY not in repr(credential)
            if credential.api_key == "a-key-of-its-own":
                return pull.Caller("own", ("clients.read",))
            return credential.configured

    platform = Own()
    with pull.Server(platform, keys={"filed": KEY}) as server:
        assert ask(server, "clients", key="a-key-of-its-own").status == 200
        assert ask(server, "clients/ada/files", key="a-key-of-its-own").code == "INSUFFICIENT_SCOPE"
        assert ask(server, "clients").status == 200
        assert ask(server, "clients", key="wrong").status == 401
        assert ask(server, "clients", key=None).status == 401
    assert [caller.id for caller in platform.callers] == ["own", "filed"]


def test_scopes_are_kept_to() -> None:
    keys = [pull.ApiKey("reader", KEY, scopes=("clients.read",))]
    with pull.Server(Platform(), keys=keys) as server:
        assert ask(server, "clients").status == 200
        assert ask(server, "files/w2/download").code == "INSUFFICIENT_SCOPE"
    assert KEY not in repr(keys)


def wrong(**settings: Any) -> Callable[[], Any]:
    return lambda: pull.Server(Platform(), **settings).start()


@pytest.mark.parametrize(
    ("make", "error", "text"),
    [
        (wrong(keys={"filed": "short"}), filed.ConfigInvalidError, "16"),
        (wrong(keys=KEY), TypeError, "keys must be a mapping"),
        (wrong(host="0.0.0.0"), filed.ConfigInvalidError, "loopback"),
        (wrong(host="no such host"), filed.ConfigInvalidError, "host"),
        (wrong(signed_urls=-1), filed.ConfigInvalidError, "signed_urls"),
        (wrong(limits=pull.Limits(provider=0)), filed.ConfigInvalidError, "limits.provider"),
        (wrong(threads=0), ValueError, "threads"),
        (lambda: pull.Server(SimpleNamespace()), TypeError, "must be a Provider"),  # type: ignore[arg-type]
        (lambda: pull.Server(Platform()).url, filed.ClosedError, "not been started"),
        (lambda: pull.FolderProvider("/nowhere/at/all"), filed.FileNotFound, "folder"),
    ],
)
def test_a_wrong_setting_is_an_error_that_names_it(
    make: Callable[[], Any], error: type[Exception], text: str
) -> None:
    with pytest.raises(error, match=text) as raised:
        make()
    assert KEY not in str(raised.value)


def test_a_port_that_is_taken_is_an_error() -> None:
    with (
        pull.Server(Platform()) as server,
        pytest.raises(filed.ConfigInvalidError, match="taken"),
    ):
        pull.Server(Platform(), port=server.port).start()


def test_a_provider_lacks_nothing() -> None:
    class Half(pull.Provider):
        pass

    with pytest.raises(TypeError, match="abstract"):
        Half()  # type: ignore[abstract]


def test_hashes_hold_on_many_connections_at_once(server: pull.Server, platform: Platform) -> None:
    data = bytes(range(256)) * 4096
    platform.contents["w2"] = data
    bodies: list[bytes] = []

    def fetch() -> None:
        bodies.append(ask(server, "files/w2/download").body)

    threads = [threading.Thread(target=fetch) for _ in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [sha256(body) for body in bodies] == [sha256(data)] * 32
