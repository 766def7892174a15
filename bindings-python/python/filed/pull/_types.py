"""What a provider takes and returns: frozen and typed. Instants are aware `datetime` objects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeAlias, TypeVar

if TYPE_CHECKING:
    from ._content import Content

T = TypeVar("T")

Scope: TypeAlias = Literal["clients.read", "files.read", "notes.write", "files.write"]
"""What a caller may do."""

SCOPES: tuple[Scope, ...] = ("clients.read", "files.read", "notes.write", "files.write")
"""All of them."""

NoteFormat: TypeAlias = Literal["plain", "markdown"]
"""How the text of a note is to be read."""

ClientSort: TypeAlias = Literal["id", "-id", "name", "-name", "last_modified", "-last_modified"]
"""The order of clients. A minus means descending; the id decides between equals."""

FileSort: TypeAlias = Literal[
    "id",
    "-id",
    "name",
    "-name",
    "size",
    "-size",
    "date_created",
    "-date_created",
    "date_modified",
    "-date_modified",
]
"""The order of files. A minus means descending; the id decides between equals."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, as the credentials showed."""

    id: str
    """The name the settings or the provider gave it; no secret."""
    scopes: tuple[Scope, ...] = SCOPES
    """What it may do."""


@dataclass(frozen=True, slots=True)
class Credential:
    """What a caller shows: an API key, or id and secret of an OAuth 2.0 client."""

    api_key: str | None = field(default=None, repr=False)
    client_id: str | None = None
    client_secret: str | None = field(default=None, repr=False)
    configured: Caller | None = None
    """Whom the server's `keys` and `oauth_clients` know under this credential."""


@dataclass(frozen=True, slots=True)
class Client:
    """A tax firm's client on the platform."""

    id: str
    """Unique, and never given to another client; 1 to 200 characters."""
    name: str
    """Full name of the person or business."""
    email: str | None = None
    phone: str | None = None
    type: str | None = None
    """Such as `individual` or `business`."""
    last_modified: datetime | None = None
    """When the client or one of its files last changed."""


@dataclass(frozen=True, slots=True)
class File:
    """A file of a client."""

    id: str
    """Unique over all clients, and never given to another file; 1 to 200 characters."""
    name: str
    """File name with its extension, without a path."""
    size: int
    """Bytes. The content must have exactly so many; for a path or a file opened from disk the
    server looks itself."""
    mime_type: str
    date_created: datetime | None = None
    date_modified: datetime | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """Whatever else the platform knows; any JSON."""


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A file that was opened for a download.

    `content` is the bytes from the file's start:

    - a path (`str` or `os.PathLike`): the fastest, sent without Python;
    - a file opened by `open(path, "rb")`: the same, on systems that are not Windows;
    - anything else with `read(size)`, plain or async; `seek` is used when it has one;
    - `bytes`;
    - an iterator or async iterator of `bytes`, 64 KiB to 1 MiB each.

    What has a `close` or `aclose` is closed when the download ends, whole or not.
    """

    file: File
    """What the list says of it."""
    content: Content
    version: str | None = None
    """Changes whenever the content does: a hash, a revision. Without it `date_modified` or the
    file on disk tells; without either a download that broke starts again from the beginning."""


@dataclass(frozen=True, slots=True)
class NewNote:
    """A note to be put on a client."""

    text: str
    """1 to 10 000 characters."""
    format: NoteFormat = "plain"
    category: str | None = None
    author: str | None = None
    idempotency_key: str | None = None
    """The same key for the same client is the same note: a provider that has it already returns
    the one it has."""


@dataclass(frozen=True, slots=True)
class Note:
    """A note as the platform keeps it."""

    id: str
    client_id: str
    text: str
    date_created: datetime
    format: NoteFormat = "plain"
    category: str | None = None
    author: str | None = None


@dataclass(frozen=True, slots=True)
class NewFile:
    """What is known of a file that is being sent to the platform, before its content."""

    name: str
    """File name, one component, 1 to 255 characters; not safe as a path on every system."""
    mime_type: str
    """As the sender said it."""
    size: int | None = None
    """Bytes, when that was announced."""
    description: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict, hash=False)
    idempotency_key: str | None = None
    """The same key for the same client is the same file: a provider that has it already reads the
    content to its end and returns the one it has."""


@dataclass(frozen=True, slots=True)
class ClientQuery:
    """Which clients are asked for. A provider that returns all it has need not look at it."""

    limit: int
    """How many at most."""
    cursor: str | None = None
    """Where to go on: `next` of an earlier `Page`."""
    offset: int | None = None
    """How many to leave out at the start."""
    sort: ClientSort = "id"
    modified_since: datetime | None = None
    """Only clients changed then or later."""
    type: str | None = None
    """Only clients of this type."""
    id: str | None = None
    """Only the client with this id."""


@dataclass(frozen=True, slots=True)
class FileQuery:
    """Which files are asked for. A provider that returns all it has need not look at it."""

    limit: int
    """How many at most."""
    cursor: str | None = None
    """Where to go on: `next` of an earlier `Page`."""
    offset: int | None = None
    """How many to leave out at the start."""
    sort: FileSort = "id"
    modified_since: datetime | None = None
    """Only files changed then or later."""
    mime_type: str | None = None
    """Only files of this media type; `image/*` is all images."""
    extension: str | None = None
    """Only files whose name has this extension, without its dot."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list, filtered and in order, from a provider that does this itself."""

    items: Sequence[T]
    next: str | None = None
    """What the next page's `cursor` is to be; None after the last page. Callers see it sealed."""
    total: int | None = None
    """How many there are on all pages together, when that is known."""
