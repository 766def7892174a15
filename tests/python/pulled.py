"""What the tests of `filed.pull` share: a platform in memory, and Filed's side of it."""

from __future__ import annotations

import hashlib
import http.client
import json
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any
from urllib.parse import urlsplit

from filed import pull

KEY = "a-key-of-the-tests-0123456789"
NOW = datetime(2026, 2, 11, 9, 30, tzinfo=timezone.utc)

Body = bytes | Iterable[bytes]


class Platform(pull.Provider):
    """Two clients with a file each; everything it is called with is kept."""

    def __init__(self) -> None:
        self.contents: dict[str, Any] = {"w2": b"%PDF-1.7 w2", "scan": b"\x89PNG scan"}
        self.of = {"w2": "ada", "scan": "bob"}
        self.notes: list[pull.NewNote] = []
        self.received: dict[str, bytes] = {}
        self.new_files: list[pull.NewFile] = []
        self.queries: list[Any] = []
        self.callers: list[pull.Caller] = []
        self.threads: list[threading.Thread] = []
        self.failure: BaseException | None = None

    def came(self, caller: pull.Caller) -> None:
        self.callers.append(caller)
        self.threads.append(threading.current_thread())
        if self.failure is not None:
            raise self.failure

    def clients(self) -> list[pull.Client]:
        return [
            pull.Client("bob", "Bob", type="business"),
            pull.Client("ada", "Ada", email="ada@example.com", last_modified=NOW),
        ]

    def file(self, file_id: str) -> pull.File:
        content = self.contents.get(file_id)
        if content is None:
            raise pull.NotFound
        size = len(content) if isinstance(content, bytes) else content.size
        mime_type = "image/png" if file_id == "scan" else "application/pdf"
        return pull.File(
            file_id, f"{file_id}.pdf", size, mime_type, date_modified=NOW, metadata={"year": 2025}
        )

    def files(self, client_id: str) -> list[pull.File]:
        if client_id not in ("ada", "bob"):
            raise pull.NotFound
        return [self.file(name) for name, owner in self.of.items() if owner == client_id]

    def opened(self, file_id: str) -> pull.OpenedFile:
        file, content = self.file(file_id), self.contents[file_id]
        return pull.OpenedFile(file, content if isinstance(content, bytes) else content.make())

    def noted(self, client_id: str, note: pull.NewNote) -> pull.Note:
        self.notes.append(note)
        return pull.Note(
            f"note-{len(self.notes)}", client_id, note.text, NOW, note.format, note.category
        )

    def kept(self, file: pull.NewFile, data: bytes) -> pull.File:
        self.new_files.append(file)
        self.received[file.name] = data
        return pull.File(f"received-{len(self.received)}", file.name, len(data), file.mime_type)

    def list_clients(self, caller: pull.Caller, query: pull.ClientQuery) -> Any:
        self.came(caller)
        self.queries.append(query)
        return self.clients()

    def list_files(self, caller: pull.Caller, client_id: str, query: pull.FileQuery) -> Any:
        self.came(caller)
        self.queries.append(query)
        return self.files(client_id)

    def open_file(self, caller: pull.Caller, file_id: str) -> Any:
        self.came(caller)
        return self.opened(file_id)

    def add_note(self, caller: pull.Caller, client_id: str, note: pull.NewNote) -> Any:
        self.came(caller)
        return self.noted(client_id, note)

    def receive_file(
        self, caller: pull.Caller, client_id: str, file: pull.NewFile, content: Any
    ) -> Any:
        self.came(caller)
        return self.kept(file, content.read())


class AsyncPlatform(Platform):
    """The same with async methods."""

    async def list_clients(self, caller: pull.Caller, query: pull.ClientQuery) -> Any:
        return super().list_clients(caller, query)

    async def list_files(self, caller: pull.Caller, client_id: str, query: pull.FileQuery) -> Any:
        return super().list_files(caller, client_id, query)

    async def open_file(self, caller: pull.Caller, file_id: str) -> Any:
        return super().open_file(caller, file_id)

    async def add_note(self, caller: pull.Caller, client_id: str, note: pull.NewNote) -> Any:
        return super().add_note(caller, client_id, note)

    async def receive_file(
        self, caller: pull.Caller, client_id: str, file: pull.NewFile, content: Any
    ) -> Any:
        self.came(caller)
        return self.kept(file, await content.read())


@dataclass
class Answer:
    """An answer, whole."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The code of a problem."""
        return str(self.json()["code"])


def connect(server: pull.Server | pull.AsyncServer | str) -> http.client.HTTPConnection:
    url = urlsplit(server if isinstance(server, str) else server.url)
    assert url.hostname is not None
    return http.client.HTTPConnection(url.hostname, url.port, timeout=30)


def ask(
    server: pull.Server | pull.AsyncServer | str,
    path: str,
    *,
    method: str = "GET",
    body: Body | None = None,
    key: str | None = KEY,
    **headers: str,
) -> Answer:
    """One request on a connection of its own."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if key is not None:
        sent["X-API-Key"] = key
    connection = connect(server)
    try:
        connection.request(method, f"/api/v1/{path}", body, sent)
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())
    finally:
        connection.close()


def post(server: Any, path: str, value: Any, **headers: str) -> Answer:
    """A request with JSON."""
    body = json.dumps(value).encode()
    return ask(server, path, method="POST", body=body, content_type="application/json", **headers)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
