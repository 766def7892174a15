"""What a push tells of itself: progress, events, reports. See `_push` for the push."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ._errors import FiledError

PushState = Literal["open", "committing", "initiated", "watching", "done", "failed", "cancelled"]
"""Where a push stands. `failed` and `cancelled` ones can be resumed."""

ItemState = Literal[
    "added", "uploading", "uploaded", "created", "attached", "imported", "failed", "cancelled"
]
"""Where a client or a file stands. The last three are terminal."""

EventKind = Literal[
    "job_created",
    "client_added",
    "client_created",
    "client_attached",
    "client_imported",
    "client_failed",
    "client_cancelled",
    "file_added",
    "file_uploading",
    "file_uploaded",
    "file_attached",
    "file_imported",
    "file_failed",
    "file_cancelled",
    "push_committing",
    "push_initiated",
    "push_done",
    "push_failed",
    "push_cancelled",
]
"""What happened."""

OnExisting = Literal["error", "adopt"]
"""What to do when Filed already has an external id from an earlier import: fail that client, or
take a work of the push's own job with that external id as ours."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many, of what. `sent` and `attached` count those that got at least so far."""

    total: int
    sent: int
    """Files: uploaded. Clients: created."""
    attached: int
    imported: int
    failed: int
    cancelled: int
    """Ended by Filed."""

    @property
    def done(self) -> int:
        """Those that are terminal."""
        return self.imported + self.failed + self.cancelled


@dataclass(frozen=True, slots=True)
class Progress:
    """A snapshot of a running push."""

    state: PushState
    clients: Counts
    files: Counts
    bytes_total: int
    """Bytes of all files whose size is known."""
    bytes_sent: int
    """Bytes on their way or arrived."""
    uploading: int
    """Uploads running now."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a push, a client or a file."""

    sequence: int
    """Rises by at least one from event to event."""
    kind: EventKind
    external_id: str | None
    """The client or file it happened to; None for the push itself."""
    client_external_id: str | None
    """For a file, the client it belongs to."""
    error: FiledError | None
    """Why, for the failed kinds."""


@dataclass(frozen=True, slots=True)
class ClientReport:
    """A client in a report."""

    key: int
    external_id: str
    state: ItemState
    job_work_id: str | None
    work_id: str | None
    status: str | None
    """Filed's own status word, as last seen."""
    error: FiledError | None


@dataclass(frozen=True, slots=True)
class FileReport:
    """A file in a report."""

    external_id: str
    client_external_id: str
    state: ItemState
    path: Path | None
    """For files from disk."""
    size: int | None
    """Bytes sent."""
    blake3: str | None
    """BLAKE3 of the bytes sent, lower-case hex."""
    sha256: str | None
    """SHA-256 of the bytes sent, lower-case hex, of a file that an earlier version of the library
    sent: those kept no BLAKE3."""
    mime_type: str | None
    file_url: str | None
    artifact_id: str | None
    status: str | None
    """Filed's own status word, as last seen."""
    error: FiledError | None


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a push. Failures are listed; everything else is counted, and can be walked
    with `push.files()` and `push.clients()`."""

    state: PushState
    job_id: str | None
    clients: Counts
    files: Counts
    bytes_sent: int
    failed_clients: tuple[ClientReport, ...]
    """Clients that failed or were cancelled."""
    failed_files: tuple[FileReport, ...]
    """Files that failed or were cancelled."""
    notes: tuple[str, ...]
    """What was found out of the ordinary and settled, without names or paths."""


def counts(raw: dict[str, Any]) -> Counts:
    return Counts(**raw)


def progress(raw: dict[str, Any]) -> Progress:
    raw.update(clients=counts(raw["clients"]), files=counts(raw["files"]))
    return Progress(**raw)


def event(raw: dict[str, Any]) -> Event:
    return Event(**raw)


def client_report(raw: dict[str, Any]) -> ClientReport:
    return ClientReport(**raw)


def file_report(raw: dict[str, Any]) -> FileReport:
    path = raw["path"]
    raw["path"] = None if path is None else Path(path)
    return FileReport(**raw)


def report(raw: dict[str, Any]) -> Report:
    raw.update(
        clients=counts(raw["clients"]),
        files=counts(raw["files"]),
        failed_clients=tuple(map(client_report, raw["failed_clients"])),
        failed_files=tuple(map(file_report, raw["failed_files"])),
        notes=tuple(raw["notes"]),
    )
    return Report(**raw)
