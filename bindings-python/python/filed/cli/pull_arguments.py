"""The arguments of `python -m filed pull`."""

from __future__ import annotations

import argparse
from pathlib import Path

from .exits import CHECK_HELP, DOCS_HELP, PULL_HELP

_SERVE = """\
Serves a folder for Filed to pull from, until Ctrl-C or SIGTERM; then transfers may finish.

FOLDER holds one sub-folder per client. Notes are kept in the client's folder under .filed/notes,
files that Filed sends under "From Filed". Hidden files and links are left out.

The API key is FILED_PULL_KEY; without it, one is made and kept in FOLDER/.filed/api-key, readable
by its owner only. FILED_PULL_CLIENT_ID and FILED_PULL_CLIENT_SECRET add an OAuth 2.0 client.
"""

_CHECK = """\
Plays Filed against a platform's pull API and tells what Filed would trip over and how to mend it.

It signs in with FILED_PULL_KEY, or with FILED_PULL_CLIENT_ID and FILED_PULL_CLIENT_SECRET. A
platform that is not one of ours is described by its OpenAPI document and a mapping. Unless
--read-only is given, notes and small files are sent and not removed: use a test firm.
"""


_DOCS = """\
Writes what Filed wants to read before it begins: openapi.json, pull-api.md, and the same as the
page pull-api.html. A table says where each item Filed asks for is answered.

The API key FILED_PULL_KEY, and the OAuth 2.0 client of FILED_PULL_CLIENT_ID and
FILED_PULL_CLIENT_SECRET, are filled in: those of a sandbox with made-up clients, since whoever has
the documents has them too. Without them, placeholders stand there.
"""


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds everything behind `pull`."""
    top = commands.add_parser(
        "pull",
        help="let Filed pull from you",
        description="Lets Filed ask for clients and files instead of being sent them.",
        epilog=PULL_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    kinds = top.add_subparsers(dest="kind", required=True, metavar="COMMAND")
    _serve(_command(kinds, "serve", "serve a folder", _SERVE, PULL_HELP))
    _check(_command(kinds, "check", "check a platform's API", _CHECK, CHECK_HELP))
    _docs(_command(kinds, "docs", "write the API's documents", _DOCS, DOCS_HELP))


def _command(
    kinds: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    summary: str,
    description: str,
    epilog: str,
) -> argparse.ArgumentParser:
    return kinds.add_parser(
        name,
        help=summary,
        description=description,
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def _serve(serve: argparse.ArgumentParser) -> None:
    serve.add_argument("folder", type=Path, metavar="FOLDER")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on")
    serve.add_argument("--port", type=int, default=8080, help="0 takes a free one")
    serve.add_argument(
        "--public-url", metavar="URL", help="where Filed reaches it, when a proxy stands in front"
    )
    serve.add_argument(
        "--tls",
        nargs=2,
        type=Path,
        metavar=("CERTIFICATES", "KEY"),
        help="PEM files; without them, loopback only",
    )
    _signed_urls(serve)
    _about(serve)
    serve.add_argument(
        "--state",
        type=Path,
        metavar="DIR",
        help="where unfinished uploads are kept over restarts; FOLDER/.filed/state unless given",
    )
    serve.add_argument(
        "--timeout",
        type=float,
        default=30.0,
        metavar="SECONDS",
        help="how long transfers may go on at the end",
    )
    serve.add_argument(
        "--json", action="store_true", help='print {"url": …} on one line once it listens'
    )


def _docs(docs: argparse.ArgumentParser) -> None:
    docs.add_argument("url", metavar="URL", help="where Filed will reach the API")
    docs.add_argument("folder", type=Path, metavar="FOLDER", help="where to write")
    _signed_urls(docs)
    _about(docs)


def _signed_urls(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--signed-urls",
        type=float,
        metavar="SECONDS",
        help="make download URLs that need no credentials and live so long, up to twice",
    )


def _about(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--platform", metavar="NAME", help="the platform's name, for the documents")
    parser.add_argument("--contact", metavar="TEXT", help="where Filed's engineers ask")
    parser.add_argument("--credentials", metavar="TEXT", help="how Filed comes by credentials")
    parser.add_argument(
        "--webhook",
        action="append",
        default=[],
        metavar="NAME=TEXT",
        help="a webhook of the platform: when it is sent, and what with; may be given again",
    )


def _check(check: argparse.ArgumentParser) -> None:
    check.add_argument("url", metavar="URL", help="where the platform's paths begin")
    check.add_argument(
        "--document", type=Path, metavar="FILE", help="its OpenAPI document, JSON or YAML"
    )
    check.add_argument(
        "--mapping", type=Path, metavar="FILE", help="which operation is which, JSON or YAML"
    )
    check.add_argument("--ca-bundle", type=Path, metavar="FILE", help="further authorities, PEM")
    check.add_argument("--client", metavar="ID", help="the client to write to; else the first one")
    check.add_argument("--read-only", action="store_true", help="send no note and no file")
    check.add_argument("--requests", type=int, metavar="N", help="send no more requests than this")
    check.add_argument("--time", type=float, metavar="SECONDS", help="take no longer than this")
    check.add_argument("--junit", type=Path, metavar="FILE", help="write a JUnit report as well")
    check.add_argument("--json", action="store_true", help="print the report as JSON")
