"""`Server`: the pull API of a provider, for programs without asyncio."""

from __future__ import annotations

import contextlib
import os
import threading
from types import TracebackType

from .. import _exit
from .._codes import ShutDownError
from ._folder import FolderProvider
from ._loop import OwnLoop
from ._provider import Provider
from ._serving import Serving
from ._settings import About, Keys, Limits, OauthClients, Tls, plain


class Server:
    """Serves a provider's clients and files to Filed.

        with pull.Server(Firm(), port=8443, tls=pull.Tls("cert.pem", "key.pem"),
                         keys={"filed": os.environ["FILED_PULL_KEY"]}) as server:
            server.serve_forever()

    `host` and `port` are where it listens, port 0 on a free one; without `tls` on loopback only.
    `public_url` is where Filed reaches it when a proxy stands in front. `keys` maps callers to API
    keys, `oauth_clients` ids to secrets; `ApiKey` and `OauthClient` also limit what they may do.
    Access tokens live for `token_lifetime` seconds. `signed_urls` makes download URLs that need
    no credentials and live for so many seconds, up to twice. `state_dir` keeps unfinished uploads
    and idempotency keys over restarts. `about` is what the documents say of the platform.
    `threads` is how many plain methods may run at the same time.

    May be used by several threads at once.
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
        self._over = threading.Event()

    def start(self) -> Server:
        """Starts to listen and returns at once. Raises `ConfigInvalidError` when a setting cannot
        be used or the address is taken."""
        self._serving.started(self._serving.starting(OwnLoop()).run())
        return self

    @property
    def url(self) -> str:
        """The URL that every path of the API is appended to."""
        return self._serving.native.url

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._serving.native.port

    def serve_forever(self, *, timeout: float = 30.0) -> bool:
        """Serves until `close` is called by another thread, or until Ctrl-C, which lets transfers
        finish for up to `timeout` seconds; a second one ends them. Starts the server unless that
        was done. Returns whether all of them finished."""
        if self._serving.is_new:
            self.start()
        else:
            _ = self.url
        try:
            # In short waits: on Windows a long one would not hear Ctrl-C.
            while not self._over.wait(0.5):
                pass
        except KeyboardInterrupt:
            return self.close(timeout=timeout)
        return True

    def close(self, *, timeout: float = 10.0) -> bool:
        """Takes no more requests, waits up to `timeout` seconds for those that run, and ends.
        Returns whether all of them finished. May be called again, and in a forked child, where it
        does nothing."""
        try:
            with contextlib.suppress(ShutDownError):
                closing = self._serving.closing(timeout)
                return closing is None or bool(closing.run())
            return True
        finally:
            self._over.set()
            self._serving.end()
            if self._serving.workers is not None:
                self._serving.workers.join(_exit.PATIENCE)

    def __enter__(self) -> Server:
        return self.start() if self._serving.is_new else self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
