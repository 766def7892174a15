"""The nouns of `Client`. Those of `AsyncClient` are in `_async_resources`, with the same names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from . import _decode as d
from . import _native
from ._pages import Pages
from ._runner import SyncSession
from ._types import (
    Artifact,
    Connection,
    CreatedWork,
    ImportStatus,
    Job,
    JobWork,
    NewArtifact,
    NewWork,
    PlatformClient,
    PlatformFile,
    SentFile,
    User,
    Workspace,
)


class Resource:
    """Operations on one noun."""

    def __init__(self, session: SyncSession) -> None:
        self._session = session
        self._native = session.native


class Workspaces(Resource):
    """Operations on workspaces: one per tax firm."""

    def create(
        self,
        display_name: str,
        *,
        metadata: Mapping[str, Any] | None = None,
        firm_size: str | None = None,
    ) -> Workspace:
        """Creates a workspace; partners only. `firm_size` is `xs`, `sm`, `md`, `lg` or `xl`."""
        data = d.dump_object("metadata", metadata)
        operation = _native.workspaces_create(self._native, display_name, data, firm_size)
        return self._session.run(operation, d.one(Workspace))

    def add_users(self, workspace_id: str, emails: Iterable[str]) -> list[User]:
        """Adds users by email, at once and without an invitation. Adding one again changes
        nothing."""
        emails = d.strings("emails", emails)
        operation = _native.workspaces_add_users(self._native, workspace_id, emails)
        return self._session.run(operation, d.many(User))


class Connections(Resource):
    """Operations on provider connections."""

    def start(
        self, workspace_id: str, provider_key: str, *, inputs: Mapping[str, Any] | None = None
    ) -> Connection:
        """Starts a connection; it is `pending` until collected. `provider_key` is
        case-sensitive."""
        data = d.dump_object("inputs", inputs)
        operation = _native.connections_start(self._native, workspace_id, provider_key, data)
        return self._session.run(operation, d.one(Connection))

    def collect(self, connection_id: str, *, inputs: Mapping[str, Any] | None = None) -> Connection:
        """Lets Filed verify the credentials given at the start. A failed verification is an answer
        whose `status` says so."""
        data = d.dump_object("inputs", inputs)
        operation = _native.connections_collect(self._native, connection_id, data)
        return self._session.run(operation, d.one(Connection))

    def list(
        self,
        workspace_id: str,
        *,
        statuses: Iterable[str] | None = None,
        provider_keys: Iterable[str] | None = None,
        categories: Iterable[str] | None = None,
        ids: Iterable[str] | None = None,
    ) -> Pages[Connection]:
        """The connections of a workspace; what is not given does not filter."""
        pager = _native.connections_list(
            self._native,
            workspace_id,
            d.strings("statuses", statuses),
            d.strings("provider_keys", provider_keys),
            d.strings("categories", categories),
            d.strings("ids", ids),
        )
        return Pages(self._session, pager, d.many(Connection))

    def wait_active(
        self, workspace_id: str, connection_id: str, *, timeout: float | None = None
    ) -> Connection:
        """Polls, with growing gaps, until the connection is active. Raises
        `ConnectionNotActiveError` when it fails and `WaitTimedOutError` after `timeout` seconds."""
        operation = _native.connections_wait_active(
            self._native, workspace_id, connection_id, timeout
        )
        return self._session.run(operation, d.one(Connection))


class Jobs(Resource):
    """Operations on connection jobs: one per import."""

    def create(self, connection_id: str, name: str) -> Job:
        """Creates a job on an active connection."""
        return self._session.run(_native.jobs_create(self._native, connection_id, name), d.one(Job))

    def add_works(
        self, job_id: str, works: Iterable[NewWork | Mapping[str, Any]]
    ) -> list[CreatedWork]:
        """Adds works to a job in one batch; the result's order is not promised. Not repeated when
        the answer is lost: `OutcomeUnknownError`."""
        data = d.dump_items("works", works, NewWork)
        operation = _native.jobs_add_works(self._native, job_id, data)
        return self._session.run(operation, d.many(CreatedWork))

    def works(
        self,
        workspace_id: str,
        connection_id: str,
        *,
        job_id: str | None = None,
        work_ids: Iterable[str] | None = None,
    ) -> Pages[JobWork]:
        """The works of a connection, or of one job, each with its artifacts."""
        job_ids = [] if job_id is None else [job_id]
        pager = _native.jobs_works(
            self._native, workspace_id, connection_id, job_ids, [], d.strings("work_ids", work_ids)
        )
        return Pages(self._session, pager, d.many(d.job_work))

    def initiate(self, job_id: str) -> ImportStatus:
        """Starts the import of everything attached to the job. Sent once, never repeated."""
        operation = _native.jobs_initiate(self._native, job_id)
        return self._session.run(operation, d.one(ImportStatus))


class Works(Resource):
    """Operations on works: one per client or tax preparation."""

    def add_artifacts(
        self, job_work_id: str, artifacts: Iterable[NewArtifact | Mapping[str, Any]]
    ) -> list[Artifact]:
        """Attaches files to a work in one batch. `job_work_id` is the `id` of the job work, not
        its `work_id`."""
        data = d.dump_items("artifacts", artifacts, NewArtifact)
        operation = _native.works_add_artifacts(self._native, job_work_id, data)
        return self._session.run(operation, d.many(Artifact))


class Platform(Resource):
    """The platform's own clients and files, seen through a connection."""

    def clients(
        self, workspace_id: str, connection_id: str, *, options: Mapping[str, Any] | None = None
    ) -> Pages[PlatformClient]:
        """The platform's clients. `options` are agreed per platform; paging is added to them."""
        data = d.dump_object("options", options)
        pager = _native.platform_clients(self._native, workspace_id, connection_id, data)
        return Pages(self._session, pager, d.many(PlatformClient))

    def files(
        self,
        workspace_id: str,
        connection_id: str,
        client_id: str,
        *,
        options: Mapping[str, Any] | None = None,
    ) -> Pages[PlatformFile]:
        """The files of one client."""
        data = d.dump_object("options", options)
        pager = _native.platform_files(self._native, workspace_id, connection_id, client_id, data)
        return Pages(self._session, pager, d.many(PlatformFile))

    def upload_file(
        self,
        connection_id: str,
        client_key: str,
        *,
        file_name: str,
        tusd_endpoint: str,
        content_type: str | None = None,
    ) -> SentFile:
        """Asks Filed to send a file back to the platform. `client_key` is the client's id at the
        platform. The transfer itself happens after this returns."""
        operation = _native.platform_upload_file(
            self._native, connection_id, client_key, file_name, content_type, tusd_endpoint
        )
        return self._session.run(operation, d.one(SentFile))
