"""`AsyncServer`: the pull API of a provider, for asyncio."""

from __future__ import annotations

import asyncio
import contextlib
import os
from types import TracebackType

from .. import _bridge
from .._codes import ShutDownError
from ._folder import FolderProvider
from ._loop import Loop
from ._provider import Provider
from ._serving import Serving
from ._settings import About, Keys, Limits, OauthClients, Tls, plain


class AsyncServer:
    """As `Server`, awaitable:

        async with pull.AsyncServer(Firm(), keys={"filed": key}) as server:
            print(server.url)
            await server.serve_forever()

    Async methods of the provider run on the loop it is started on.
    """

    def __init__(
        self,
        provider: Provider | FolderProvider,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        keys: Keys = (),
        oauth_clients: OauthClients = (),
        token_lifetime: float = 3600.0,
        signed_urls: float | None = None,
        state_dir: str | os.PathLike[str] | None = None,
        tls: Tls | None = None,
        public_url: str | None = None,
        about: About | None = None,
        limits: Limits | None = None,
        threads: int = 64,
    ) -> None:
        settings = plain(
            host=host,
            port=port,
            public_url=public_url,
            tls=tls,
            keys=keys,
            oauth_clients=oauth_clients,
            token_lifetime=token_lifetime,
            signed_urls=signed_urls,
            state_dir=state_dir,
            about=about,
            limits=limits,
        )
        self._serving = Serving(provider, settings, threads)
        self._over = asyncio.Event()

    async def start(self) -> AsyncServer:
        """Starts to listen. Raises `ConfigInvalidError` when a setting cannot be used or the
        address is taken."""
        starting = self._serving.starting(Loop(asyncio.get_running_loop()))
        self._serving.started(await _bridge.current().run(starting))
        return self

    @property
    def url(self) -> str:
        """The URL that every path of the API is appended to."""
        return self._serving.native.url

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._serving.native.port

    async def serve_forever(self, *, timeout: float = 30.0) -> None:
        """Serves until `close` is called by another task. When its own task is cancelled, as by
        Ctrl-C in `asyncio.run`, transfers may finish for up to `timeout` seconds first."""
        if self._serving.is_new:
            await self.start()
        else:
            _ = self.url
        try:
            await self._over.wait()
        except asyncio.CancelledError:
            await self.close(timeout=timeout)
            raise

    async def close(self, *, timeout: float = 10.0) -> bool:
        """Takes no more requests, waits up to `timeout` seconds for those that run, and ends.
        Returns whether all of them finished. May be called again."""
        try:
            with contextlib.suppress(ShutDownError):
                closing = self._serving.closing(timeout)
                return closing is None or bool(await _bridge.current().run(closing))
            return True
        finally:
            self._over.set()
            self._serving.end()

    async def __aenter__(self) -> AsyncServer:
        return await self.start() if self._serving.is_new else self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()
