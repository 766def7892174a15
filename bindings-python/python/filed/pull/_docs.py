"""`docs`: the documents of a pull API, ready to be sent to Filed."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from .. import _native
from ._settings import About, Limits, plain


@dataclass(frozen=True, slots=True)
class Docs:
    """The documents. Credentials of a sandbox that were given are in the Markdown and the page."""

    openapi: str = field(repr=False)
    """OpenAPI 3.1, as JSON."""
    markdown: str = field(repr=False)
    """Everything in words, with a table of each item Filed asks for and where it is answered."""
    html: str = field(repr=False)
    """The same as one page that loads nothing."""

    def write(self, folder: str | os.PathLike[str]) -> None:
        """Writes `openapi.json`, `pull-api.md` and `pull-api.html`, over older ones."""
        place = Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        (place / "openapi.json").write_text(self.openapi, "utf-8", newline="\n")
        (place / "pull-api.md").write_text(self.markdown, "utf-8", newline="\n")
        (place / "pull-api.html").write_text(self.html, "utf-8", newline="\n")


def docs(
    base_url: str,
    *,
    about: About | None = None,
    api_key: str | None = None,
    oauth_client: tuple[str, str] | None = None,
    token_lifetime: float = 3600.0,
    signed_urls: float | None = None,
    limits: Limits | None = None,
) -> Docs:
    """The documents of a server that Filed reaches at `base_url`.

        made = pull.docs("https://platform.example.com", about=pull.About(platform="Ledger"))
        made.write("for-filed")

    `api_key` and `oauth_client`, `(id, secret)`, are credentials of a sandbox with made-up clients,
    to be filled in. The other settings are those of the `Server`. Raises `ConfigInvalidError` when
    one cannot be used.
    """
    settings = plain(
        host="127.0.0.1",
        port=0,
        public_url=None,
        tls=None,
        keys=(),
        oauth_clients=(),
        token_lifetime=token_lifetime,
        signed_urls=signed_urls,
        state_dir=None,
        about=about,
        limits=limits,
    )
    return Docs(*_native.pull_docs(settings, base_url, api_key, oauth_client))
