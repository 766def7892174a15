"""Partner tokens from a function of the host's, called on a thread of its own."""

from __future__ import annotations

import asyncio
import inspect
import threading
from typing import Any

from . import _native
from ._settings import TokenFunction


class TokenThread:
    """Calls the function each time a fresh token is needed, and remembers why it failed."""

    def __init__(self, function: TokenFunction) -> None:
        self.requests = _native.TokenRequests()
        self.failure: BaseException | None = None
        self.loop: asyncio.AbstractEventLoop | None = None
        self._function = function
        self._thread = threading.Thread(target=self._serve, name="filed-partner-token", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def end(self) -> None:
        self.requests.end()

    def _serve(self) -> None:
        while self.requests.next():
            try:
                self.requests.give(self._ask())
            except BaseException as e:
                self.failure = e
                self.requests.fail(type(e).__name__)

    def _ask(self) -> str:
        token: Any = self._function()
        if inspect.isawaitable(token):
            token = self._await(token)
        if not isinstance(token, str):
            raise TypeError(f"partner_token must return a string, not {type(token).__name__}")
        return token

    def _await(self, token: Any) -> Any:
        """Awaits on the loop the client is used on, while this thread waits."""
        if self.loop is None:
            token.close()
            raise TypeError("an async partner_token needs an AsyncClient")

        async def ask() -> Any:
            return await token

        return asyncio.run_coroutine_threadsafe(ask(), self.loop).result()
