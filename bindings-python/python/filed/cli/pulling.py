"""`pull serve`: a folder served to Filed. `pull check` is in `checking`, `pull docs` in
`documenting`."""

from __future__ import annotations

import argparse
import json
import os
import secrets
import signal
import tempfile
from pathlib import Path

from ..pull import FolderProvider, Server, Tls
from . import exits, output
from .checking import check
from .documenting import about, docs


def pull(options: argparse.Namespace) -> int:
    """Runs a command of `pull`; its exit code."""
    return _KINDS[options.kind](options)


def serve(options: argparse.Namespace) -> int:
    """Serves a folder until it is interrupted; the exit code."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    folder: Path = options.folder
    provider = FolderProvider(folder)
    try:
        server = Server(
            provider,
            host=options.host,
            port=options.port,
            public_url=options.public_url,
            tls=None if options.tls is None else Tls(*options.tls),
            keys={"filed": os.environ.get("FILED_PULL_KEY") or _kept_key(folder)},
            oauth_clients=_oauth_clients(),
            signed_urls=options.signed_urls,
            about=about(options),
            state_dir=options.state or folder / ".filed" / "state",
        )
    except OSError as e:
        output.say(f"a file cannot be read: {e.strerror}")
        return exits.BAD_INPUT
    server.start()
    if options.json:
        print(json.dumps({"url": server.url}), flush=True)
    else:
        print(f"serving at {server.url}; Ctrl-C ends it", flush=True)
    finished = server.serve_forever(timeout=options.timeout)
    return exits.DONE if finished else exits.SOME_FAILED


def _kept_key(folder: Path) -> str:
    """The key of the folder's own, made on first use. Whoever is killed leaves none or a whole."""
    path = folder / ".filed" / "api-key"
    with tempfile.NamedTemporaryFile("w", dir=path.parent, encoding="ascii") as fresh:
        fresh.write(f"{secrets.token_urlsafe(32)}\n")
        fresh.flush()
        try:
            os.link(fresh.name, path)
        except FileExistsError:
            return path.read_text("ascii").strip()
    output.say("a new API key is in .filed/api-key of the folder")
    return path.read_text("ascii").strip()


def _oauth_clients() -> dict[str, str]:
    client = os.environ.get("FILED_PULL_CLIENT_ID")
    secret = os.environ.get("FILED_PULL_CLIENT_SECRET")
    return {client: secret} if client and secret else {}


_KINDS = {"serve": serve, "check": check, "docs": docs}
