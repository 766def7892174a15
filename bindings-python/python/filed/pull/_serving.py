"""What a plain and an asyncio server have in common: from settings and a provider to a native
server, and to its end."""

from __future__ import annotations

import os
from typing import Any

from .. import _native
from .._codes import ClosedError, ForkedError
from ._folder import FolderProvider
from ._jobs import Jobs
from ._loop import Loop, OwnLoop
from ._provider import Provider
from ._workers import Workers


class Serving:
    """A server of one provider. It is started once and closed once."""

    def __init__(
        self, provider: Provider | FolderProvider, settings: dict[str, Any], threads: int
    ) -> None:
        if not isinstance(provider, (Provider, FolderProvider)):
            raise TypeError(f"provider must be a Provider, not {type(provider).__name__}")
        if threads < 1:
            raise ValueError("threads must be 1 or more")
        self._provider = provider
        self._settings = settings
        self._threads = threads
        self._pid = os.getpid()
        self._begun = False
        self._native: _native.PullServer | None = None
        self.workers: Workers | None = None

    @property
    def is_new(self) -> bool:
        """Whether it was never started."""
        return not self._begun

    def starting(self, loop: Loop | OwnLoop) -> _native.Operation:
        """The operation that starts the server; its result is for `started`. Async methods of the
        provider run on `loop`."""
        self._check()
        if self._begun:
            raise ClosedError("a server is started once: make a new one")
        self._begun = True
        if isinstance(self._provider, FolderProvider):
            return _native.pull_serve_folder(self._settings, self._provider._native)
        questions = _native.PullQuestions()
        jobs = Jobs(self._provider, questions)
        own = type(self._provider).authenticate is not Provider.authenticate
        operation = _native.pull_serve(self._settings, questions, own)
        self.workers = Workers(questions, jobs, loop, self._threads)
        return operation

    def started(self, native: _native.PullServer) -> None:
        """The server listens."""
        self._native = native
        if self.workers is not None:
            self.workers.start()

    def closing(self, timeout: float) -> _native.Operation | None:
        """The operation that closes the server; None when there is nothing to close."""
        if self._native is None or os.getpid() != self._pid:
            return None
        return self._native.shutdown(timeout)

    def end(self) -> None:
        """Lets go of the threads."""
        if self.workers is not None and os.getpid() == self._pid:
            self.workers.end()

    @property
    def native(self) -> _native.PullServer:
        self._check()
        if self._native is None:
            raise ClosedError("the server has not been started")
        return self._native

    def _check(self) -> None:
        if os.getpid() != self._pid:
            raise ForkedError(
                "this server was made before the process forked: make a new one in the child"
            )
