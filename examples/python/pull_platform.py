"""Lets Filed pull from a folder with one sub-folder per client, as a platform would from its own
records.

    python pull_platform.py --folder clients --state state --key KEY

Prints its URL as one line of JSON, and ends on Ctrl-C or SIGTERM once transfers have finished.
"""

import argparse
import hashlib
import json
import mimetypes
import os
import shutil
import signal
import sys
import tempfile
import uuid
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

from filed import pull


class Platform(pull.Provider):
    """Clients are folders, their files are what is in them."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def list_clients(self, caller: pull.Caller, query: pull.ClientQuery) -> list[pull.Client]:
        # All of them: the server filters, sorts and cuts pages.
        return [pull.Client(id=self.id_of(path), name=path.name) for path in self.clients()]

    def list_files(
        self, caller: pull.Caller, client_id: str, query: pull.FileQuery
    ) -> list[pull.File]:
        return [self.describe(path) for path in self.files(self.client(client_id))]

    def open_file(self, caller: pull.Caller, file_id: str) -> pull.OpenedFile:
        for client in self.clients():
            for path in self.files(client):
                if self.id_of(path) == file_id:
                    return pull.OpenedFile(self.describe(path), path)
        raise pull.NotFound

    def add_note(self, caller: pull.Caller, client_id: str, note: pull.NewNote) -> pull.Note:
        notes = self.client(client_id) / ".filed" / "notes"
        notes.mkdir(parents=True, exist_ok=True)
        # The same key is the same note, also when the answer to the first request was lost.
        note_id = digest(note.idempotency_key or uuid.uuid4().hex)
        path = notes / f"{note_id}.json"
        if not path.exists():
            fields = {"text": note.text, "format": note.format, "author": note.author}
            write(path, json.dumps(fields, ensure_ascii=False).encode())
        return pull.Note(
            id=note_id,
            client_id=client_id,
            text=note.text,
            format=note.format,
            category=note.category,
            author=note.author,
            date_created=changed(path),
        )

    def receive_file(
        self, caller: pull.Caller, client_id: str, file: pull.NewFile, content: pull.Incoming
    ) -> pull.File:
        place = self.client(client_id) / "From Filed"
        place /= digest(file.idempotency_key or uuid.uuid4().hex)[:8]
        path = place / file.name
        with tempfile.NamedTemporaryFile(dir=self.root, prefix=".incoming-", delete=False) as part:
            try:
                shutil.copyfileobj(content, part)
                part.flush()
                os.fsync(part.fileno())
                place.mkdir(parents=True, exist_ok=True)
                os.replace(part.name, path)
            except BaseException:
                os.unlink(part.name)
                raise
        return self.describe(path)

    def clients(self) -> Iterator[Path]:
        return (path for path in sorted(self.root.iterdir()) if path.is_dir() and visible(path))

    def client(self, client_id: str) -> Path:
        for path in self.clients():
            if self.id_of(path) == client_id:
                return path
        raise pull.NotFound

    def files(self, folder: Path) -> Iterator[Path]:
        for path in sorted(folder.iterdir()):
            if not visible(path):
                continue
            if path.is_dir():
                yield from self.files(path)
            elif path.is_file():
                yield path

    def describe(self, path: Path) -> pull.File:
        return pull.File(
            id=self.id_of(path),
            name=path.name,
            size=path.stat().st_size,
            mime_type=mimetypes.guess_type(path.name)[0] or "application/octet-stream",
            date_modified=changed(path),
        )

    def id_of(self, path: Path) -> str:
        # In earnest these are the ids of your own records. What Filed sends back in a URL is
        # compared with them and never becomes a path.
        return digest(os.fspath(path.relative_to(self.root)))


def visible(path: Path) -> bool:
    return not path.name.startswith(".") and not path.is_symlink()


def digest(text: str) -> str:
    return hashlib.sha256(os.fsencode(text)).hexdigest()[:32]


def changed(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, timezone.utc)


def write(path: Path, data: bytes) -> None:
    """Writes a whole file or none."""
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--state", type=Path)
    parser.add_argument("--key", required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--client", metavar="ID:SECRET", action="append", default=[])
    parser.add_argument("--signed-urls", type=float, metavar="SECONDS")
    parser.add_argument("--unlimited", action="store_true", help="no limit of requests and guesses")
    return parser.parse_args()


def main() -> int:
    options = arguments()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    server = pull.Server(
        Platform(options.folder),
        port=options.port,
        keys={"filed": options.key},
        oauth_clients=dict(client.split(":", 1) for client in options.client),
        state_dir=options.state,
        signed_urls=options.signed_urls,
        limits=pull.Limits(rate=None, failures=2**32 - 1) if options.unlimited else None,
    )
    server.start()
    print(json.dumps({"url": server.url}), flush=True)
    return 0 if server.serve_forever() else 1


if __name__ == "__main__":
    sys.exit(main())
