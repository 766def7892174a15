"""`Client`: the way in, for threads. `AsyncClient` is in `_async_client`."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any

from . import _decode as d
from . import _native
from ._push import Push
from ._push_types import Event, OnExisting
from ._resources import Connections, Jobs, Platform, Works, Workspaces
from ._runner import SyncSession
from ._types import GraphqlAnswer, User
from ._uploads import Uploads


class Client:
    """A connection to Filed for one account. May be used by several threads at once.

    What is not given comes from the `FILED_*` variables. Times are in seconds. Waits release the
    interpreter and answer Ctrl-C, which also cancels the work.
    """

    workspaces: Workspaces
    """Operations on workspaces."""
    connections: Connections
    """Operations on provider connections."""
    jobs: Jobs
    """Operations on connection jobs."""
    works: Works
    """Operations on works."""
    uploads: Uploads
    """File uploads."""
    platform: Platform
    """The platform's own clients and files."""

    def __init__(
        self,
        *,
        api_key: str | None = None,
        source_platform: str | None = None,
        role: str | None = None,
        partner_token: str | Callable[[], str] | None = None,
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
        self._session = session = SyncSession(settings)
        self.workspaces = Workspaces(session)
        self.connections = Connections(session)
        self.jobs = Jobs(session)
        self.works = Works(session)
        self.uploads = Uploads(session)
        self.platform = Platform(session)

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends everything this client has running; later calls raise `ClosedError`. Journals of
        open pushes stay and can be resumed."""
        self._session.close()

    def me(self) -> User:
        """The user the API key belongs to."""
        return self._session.run(self._session.native.me(), d.one(User))

    def graphql(self, document: str, variables: Mapping[str, Any] | None = None) -> GraphqlAnswer:
        """Sends a GraphQL document. A query is retried; a mutation is sent once. Errors inside the
        answer are part of the result."""
        text = d.dump_object("variables", variables) or "{}"
        operation = self._session.native.graphql(document, text)
        return self._session.run(operation, d.graphql_answer)

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
    ) -> Push:
        """Opens a push: an open group of clients and files that is then committed.

        `journal` names a file that is created, or, when it tells of the same push, continued; a
        temporary one is used when it is not given. `on_event` is called on a thread of its own for
        each event.
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
        return Push(self._session, self._session.run(operation, _push), on_event)

    def resume(
        self,
        journal: str | os.PathLike[str],
        *,
        on_event: Callable[[Event], object] | None = None,
    ) -> Push:
        """Goes on with the push a journal tells of."""
        operation = _native.push_resume(self._session.native, os.fspath(journal))
        return Push(self._session, self._session.run(operation, _push), on_event)


def _push(native: _native.Push) -> _native.Push:
    return native
