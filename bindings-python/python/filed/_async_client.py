"""`AsyncClient`: the way in, for asyncio, with the names of `Client`."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType
from typing import Any

from . import _decode as d
from . import _native
from ._async_resources import (
    AsyncConnections,
    AsyncJobs,
    AsyncPlatform,
    AsyncWorks,
    AsyncWorkspaces,
)
from ._async_uploads import AsyncUploads
from ._opening import Opening
from ._push_types import Event, OnExisting
from ._runner import AsyncSession
from ._types import GraphqlAnswer, User


class AsyncClient:
    """A connection to Filed for one account, for asyncio. Used on one event loop at a time.

    What is not given comes from the `FILED_*` variables. Times are in seconds. Cancelling a task
    that awaits an operation cancels the work.
    """

    workspaces: AsyncWorkspaces
    """Operations on workspaces."""
    connections: AsyncConnections
    """Operations on provider connections."""
    jobs: AsyncJobs
    """Operations on connection jobs."""
    works: AsyncWorks
    """Operations on works."""
    uploads: AsyncUploads
    """File uploads."""
    platform: AsyncPlatform
    """The platform's own clients and files."""

    def __init__(
        self,
        *,
        api_key: str | None = None,
        source_platform: str | None = None,
        role: str | None = None,
        partner_token: str | Callable[[], str | Awaitable[str]] | None = None,
        gateway_url: str | None = None,
        upload_url: str | None = None,
        max_concurrency: int | None = None,
        timeout: float | None = None,
        connect_timeout: float | None = None,
        stall_timeout: float | None = None,
        max_attempts: int | None = None,
        ca_bundle: str | os.PathLike[str] | None = None,
        proxy: str | None = None,
        wire_profile: str | os.PathLike[str] | None = None,
    ) -> None:
        settings = {name: value for name, value in locals().items() if name != "self"}
        self._session = session = AsyncSession(settings)
        self.workspaces = AsyncWorkspaces(session)
        self.connections = AsyncConnections(session)
        self.jobs = AsyncJobs(session)
        self.works = AsyncWorks(session)
        self.uploads = AsyncUploads(session)
        self.platform = AsyncPlatform(session)

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Ends everything this client has running; later calls raise `ClosedError`. Journals of
        open pushes stay and can be resumed."""
        self._session.close()

    async def me(self) -> User:
        """The user the API key belongs to."""
        return await self._session.run(self._session.native.me(), d.one(User))

    async def graphql(
        self, document: str, variables: Mapping[str, Any] | None = None
    ) -> GraphqlAnswer:
        """Sends a GraphQL document. A query is retried; a mutation is sent once. Errors inside the
        answer are part of the result."""
        text = d.dump_object("variables", variables) or "{}"
        operation = self._session.native.graphql(document, text)
        return await self._session.run(operation, d.graphql_answer)

    def push(
        self,
        *,
        connection_id: str,
        workspace_id: str,
        job_name: str,
        journal: str | os.PathLike[str] | None = None,
        allow_partial: bool = False,
        on_existing: OnExisting = "error",
        on_event: Callable[[Event], object] | None = None,
    ) -> Opening:
        """Opens a push: `await` it, or use it in `async with`, which commits at the end.

        `journal` names a file that is created, or, when it tells of the same push, continued; a
        temporary one is used when it is not given. `on_event`, plain or async, is called on the
        event loop for each event.
        """
        operation = _native.push_open(
            self._session.native,
            connection_id=connection_id,
            workspace_id=workspace_id,
            job_name=job_name,
            journal=None if journal is None else os.fspath(journal),
            allow_partial=allow_partial,
            on_existing=on_existing,
        )
        return Opening(self._session, operation, on_event)

    def resume(
        self,
        journal: str | os.PathLike[str],
        *,
        on_event: Callable[[Event], object] | None = None,
    ) -> Opening:
        """Goes on with the push a journal tells of: `await` it, or use it in `async with`."""
        operation = _native.push_resume(self._session.native, os.fspath(journal))
        return Opening(self._session, operation, on_event)
