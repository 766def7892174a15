"""`Push`: an open group of clients and files that is committed, imported and watched."""

from __future__ import annotations

import contextlib
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from . import _native
from . import _push_types as t
from ._codes import ClosedError, ForkedError
from ._errors import FiledError
from ._observer import Observer
from ._pages import Pages
from ._push_files import NewFile, checked, file_args
from ._runner import SyncSession, nothing
from ._streams import Data


class Push:
    """An open push, made by `Client.push` or `Client.resume`.

    As a context manager it commits when the block ends, and cancels without initiating anything
    when an exception leaves the block. May be used by several threads at once.
    """

    def __init__(
        self,
        session: SyncSession,
        native: _native.Push,
        on_event: Callable[[t.Event], object] | None = None,
    ) -> None:
        self._session = session
        self._native = native
        self._observer = None if on_event is None else Observer(self.events(), on_event)

    def __enter__(self) -> Push:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.commit()
            return
        # The block's own exception says more than a push that is gone already.
        with contextlib.suppress(ClosedError, ForkedError):
            self.cancel()

    def add_client(self, name: str, *, external_id: str) -> PushClient:
        """Adds a client; returns once the journal holds it: a kill takes nothing back, and a power
        cut at most what was added within a tenth of a second, until the push is committed.
        Adding the same one again changes nothing."""
        operation = self._native.add_client(name, external_id)
        return PushClient(self, self._session.run(operation, int), external_id)

    def add_files(self, client: PushClient, files: Iterable[NewFile]) -> None:
        """Adds many files at once, with one write to the journal; none when one is refused."""
        self._add(client._key, [checked(file) for file in files])

    def _add(self, key: int, files: list[dict[str, Any]]) -> None:
        self._session.run(self._native.add_files(key, files), nothing)

    def commit(self, *, timeout: float | None = None) -> None:
        """Uploads, attaches, verifies and initiates; returns once the import was initiated.

        Calling it again goes on or returns at once. After `timeout` seconds it raises
        `WaitTimedOutError` and the push goes on. Ctrl-C cancels the push.
        """
        try:
            self._session.run(self._native.commit(timeout), nothing)
        except FiledError:
            raise
        except BaseException:
            self.cancel()
            raise

    def wait(self, *, timeout: float | None = None) -> t.Report:
        """Watches the import until every client and file is terminal. After `timeout` seconds it
        raises `WaitTimedOutError`, with nothing cancelled. `on_event` has been told of everything
        when this returns, unless it is slow."""
        report = self._session.run(self._native.wait(timeout), t.report)
        self._settle()
        return report

    def cancel(self) -> None:
        """Stops within a second. Nothing is initiated afterwards; the journal can be resumed,
        unless it was a temporary one."""
        self._native.cancel()

    def progress(self) -> t.Progress:
        """A snapshot; costs the same at any size."""
        return t.progress(self._native.progress())

    def events(self) -> Events:
        """The events since the push was opened or resumed, from the first to the last one. Each
        iterator sees every event; none is lost when it is read late."""
        return Events(self._session, self._native.events())

    def report(self) -> t.Report:
        """What is known now, as `wait` returns it at the end."""
        return self._session.run(self._native.report(), t.report)

    def files(self) -> Pages[t.FileReport]:
        """Every file with its state, in the order added."""
        pager = self._native.files()
        return Pages(self._session, pager, lambda page: list(map(t.file_report, page)))

    def clients(self) -> Pages[t.ClientReport]:
        """Every client with its state, in the order added."""
        pager = self._native.clients()
        return Pages(self._session, pager, lambda page: list(map(t.client_report, page)))

    @property
    def job_id(self) -> str | None:
        """The job at Filed, once it was created."""
        return self._native.job_id

    @property
    def journal(self) -> Path:
        """Where the journal is; a temporary file when none was named."""
        return Path(self._native.journal)

    def close(self) -> None:
        """Lets go of the push and its journal, which can be resumed. Committing and waiting first
        is the rule; this is for programs that give up on a push and live on."""
        self._settle()
        self._native.close()

    def _settle(self) -> None:
        if self._observer is not None:
            self._observer.settle()


class PushClient:
    """A client within its push, made by `Push.add_client`."""

    def __init__(self, push: Push, key: int, external_id: str) -> None:
        self._push = push
        self._key = key
        self.external_id = external_id

    def add_file(
        self,
        path: str | os.PathLike[str],
        *,
        external_id: str,
        file_name: str | None = None,
        mime_type: str | None = None,
        category: str | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> None:
        """Adds a file from disk; returns once the journal holds it, and the upload starts by
        itself. A file that is missing or unreadable is no error here: it fails by itself, and the
        rest goes on. One that was sent by this push with other content is a `FileChangedError`."""
        self._add(
            file_args(external_id, file_name, mime_type, category, metadata, path=os.fspath(path))
        )

    def add_bytes(
        self,
        data: Data,
        *,
        file_name: str,
        external_id: str,
        mime_type: str | None = None,
        category: str | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> None:
        """Adds content from memory. After a crash it must be added again: the journal holds no
        content."""
        self._add(file_args(external_id, file_name, mime_type, category, metadata, data=data))

    def add_url(
        self,
        url: str,
        *,
        external_id: str,
        file_name: str | None = None,
        mime_type: str | None = None,
        category: str | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> None:
        """Adds a file that Filed fetches itself."""
        self._add(file_args(external_id, file_name, mime_type, category, metadata, url=url))

    def add_files(self, files: Iterable[NewFile]) -> None:
        """Adds many files at once, with one write to the journal."""
        self._push.add_files(self, files)

    def _add(self, file: dict[str, Any]) -> None:
        self._push._add(self._key, [file])


class Events(Iterator[t.Event]):
    """The events of a push, one crossing of the boundary per batch."""

    def __init__(self, session: SyncSession, native: _native.Events) -> None:
        self._session = session
        self._native = native
        self._events: deque[t.Event] = deque()

    def __iter__(self) -> Events:
        return self

    def __next__(self) -> t.Event:
        if not self._events:
            batch = self._session.run(self._native.next_batch(), list)
            self._events.extend(map(t.event, batch))
        if not self._events:
            raise StopIteration
        return self._events.popleft()
