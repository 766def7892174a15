"""How an operation is carried out: by the calling thread, or by an event loop.

Everything else in the package is written twice over these two, once plain and once `async`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from . import _bridge, _exit, _native, _settings
from ._codes import CallbackFailedError
from ._token import TokenThread

T = TypeVar("T")


class Session:
    """A native client with the thread that gives it tokens."""

    def __init__(self, settings: dict[str, Any]) -> None:
        function = settings["partner_token"]
        checked = _settings.checked(settings)
        self.token = TokenThread(function) if callable(function) else None
        self.native = _native.Client(checked, self.token.requests if self.token else None)
        if self.token:
            _exit.watch_end(self.token)
            self.token.start()

    def close(self) -> None:
        self.native.close()
        if self.token:
            self.token.end()

    def explain(self, error: CallbackFailedError) -> None:
        """Puts the exception of the host's function behind the error."""
        if error.__cause__ is None and self.token is not None:
            error.__cause__ = self.token.failure


class SyncSession(Session):
    """Carries out operations on the calling thread."""

    def run(self, operation: _native.Operation, decode: Callable[[Any], T]) -> T:
        return decode(self.explained(operation.run))

    def explained(self, work: Callable[[], T]) -> T:
        """Does `work`, whose errors get the exception of the host's function as their cause."""
        try:
            return work()
        except CallbackFailedError as e:
            self.explain(e)
            raise


class AsyncSession(Session):
    """Carries out operations on the running event loop."""

    async def run(self, operation: _native.Operation, decode: Callable[[Any], T]) -> T:
        if self.token is not None:
            self.token.loop = asyncio.get_running_loop()
        try:
            return decode(await _bridge.current().run(operation))
        except CallbackFailedError as e:
            self.explain(e)
            raise


def nothing(_: object) -> None:
    """Decodes the result of an operation that has none."""
