"""What the operations take and return: frozen, typed, named as in Filed's documentation.

Instants are ISO 8601 strings in UTC, kept as sent. Status words are an open set: unknown ones are
passed through.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ._errors import GraphqlError


@dataclass(frozen=True, slots=True)
class User:
    """The user an API key belongs to, or a user added to a workspace."""

    id: str
    email: str
    name: str | None
    role: str
    """Such as `user`."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """A tax firm's workspace."""

    id: str
    slug: str
    """URL-friendly name, for `deep_link`."""
    display_name: str
    status: str
    workspace_type: str
    """`partner` for workspaces made by partners."""


@dataclass(frozen=True, slots=True)
class Connection:
    """A firm's connection to a provider. What is set depends on the operation that returned it."""

    id: str
    workspace_id: str | None
    provider_key: str
    """Such as `canopy`, `taxdome`, `karbon`."""
    status: str
    """`active`, `pending`, `failed`, `disconnected`."""
    action: str | None
    """What to do next, typically `collect`; set by start."""
    display_name: str | None
    category: str | None
    """`practice_management`, `document_management`, `tax_software`; set by list."""
    settings: Any = field(hash=False)
    """Stored configuration; set by collect."""
    created_at: str | None
    updated_at: str | None


@dataclass(frozen=True, slots=True)
class Job:
    """A connection job: one import."""

    id: str
    connection_id: str
    workspace_id: str
    name: str
    status: str
    """Such as `pending`, `active`, `completed`."""
    created_at: str
    updated_at: str


@dataclass(frozen=True, slots=True)
class ImportStatus:
    """What initiating an import returns."""

    id: str | None
    status: str | None
    metadata: Any = field(hash=False)


@dataclass(frozen=True, slots=True)
class NewWork:
    """A client or tax preparation to add to a job."""

    name: str
    """Such as "John Smith - 2024 Tax Return"."""
    external_id: str
    """The caller's id, unique in the caller's platform."""


@dataclass(frozen=True, slots=True)
class CreatedWork:
    """A work as `jobs.add_works` returns it, in no promised order: `jobs.works` tells which is
    which by external id."""

    id: str
    """The job work's id: what artifacts are added to."""
    work_id: str
    connection_job_id: str
    workspace_id: str
    created_at: str
    updated_at: str


@dataclass(frozen=True, slots=True)
class NewArtifact:
    """A file to attach to a work."""

    name: str
    type: str
    """A category such as `w2`, or a MIME type: a free string."""
    external_id: str
    """The caller's id for the file."""
    url: str | None = None
    """Where Filed reads the file: an upload's `file_url`, or a URL it can reach."""
    metadata: Any = field(default=None, hash=False)


@dataclass(frozen=True, slots=True)
class Artifact:
    """A file of a work. `works.add_artifacts` sets the ids, instants and the external id only."""

    id: str
    artifact_id: str
    work_artifact_id: str
    external_id: str
    name: str | None
    type: str | None
    status: str | None
    uploaded_url: str | None
    """Filed's own URL once the file was fetched."""
    metadata: Any = field(hash=False)
    created_at: str | None
    updated_at: str | None


@dataclass(frozen=True, slots=True)
class JobWork:
    """A work of a job, with its artifacts."""

    id: str
    """The job work's id: what artifacts are added to."""
    work_id: str
    connection_job_id: str
    workspace_id: str
    created_at: str
    updated_at: str
    name: str
    external_id: str | None
    status: str | None
    tag: str | None
    artifacts: tuple[Artifact, ...]


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file that Filed's upload host holds."""

    file_url: str
    """What an artifact's `url` takes."""
    file_name: str
    mime_type: str
    size: int | None
    """Bytes sent; None for an upload by URL."""
    blake3: str | None
    """BLAKE3 of the bytes sent, lower-case hex; None for an upload by URL."""


@dataclass(frozen=True, slots=True)
class PlatformClient:
    """A client of the platform, as Filed sees it through a connection."""

    id: str
    name: str | None
    email: str | None
    phone: str | None
    type: str | None
    """Such as `individual`."""
    last_modified: str | None


@dataclass(frozen=True, slots=True)
class PlatformFile:
    """A file of a platform client, as Filed sees it through a connection."""

    id: str
    file_name: str
    file_size: int | None
    mime_type: str | None
    download_url: str | None
    date_created: str | None


@dataclass(frozen=True, slots=True)
class SentFile:
    """What sending a file back to the platform returns."""

    success: bool
    """False is an answer, not an error: see `message`."""
    message: str | None


@dataclass(frozen=True, slots=True)
class GraphqlAnswer:
    """The answer to a raw GraphQL document: data, errors, or both."""

    data: Any = field(hash=False)
    errors: tuple[GraphqlError, ...]
    request_id: str | None
