"""The command line's arguments."""

from __future__ import annotations

import argparse
from pathlib import Path

from .._native import __version__
from . import pull_arguments
from .exits import HELP

_PUSH = """\
Pushes a firm's clients and documents and watches the import.

FOLDER holds one sub-folder per client; its name is the client's name and external id, and a file's
external id is FOLDER's sub-folder and the file's place in it. Hidden files are left alone. Or give
a CSV file with --manifest: columns client_external_id, client_name, file_external_id, path, and
optionally url, category, mime_type; paths are relative to the CSV file.

Settings come from FILED_API_KEY, FILED_SOURCE_PLATFORM and the other FILED_* variables.
"""


def parser() -> argparse.ArgumentParser:
    """The parser for everything behind `python -m filed`."""
    top = argparse.ArgumentParser(
        prog="python -m filed",
        description="Puts a tax firm's clients and documents into Filed.",
        epilog=HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=__version__)
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _push(_command(commands, "push", "push a folder or a manifest", _PUSH))
    resume = _command(
        commands, "resume", "go on with a push", "Goes on with the push of a journal."
    )
    resume.add_argument("journal", type=Path, metavar="JOURNAL")
    _watching(resume)
    me = _command(commands, "me", "who the API key belongs to", "Shows whose the API key is.")
    _json(me)
    pull_arguments.add(commands)
    return top


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    summary: str,
    description: str,
) -> argparse.ArgumentParser:
    return commands.add_parser(
        name,
        help=summary,
        description=description,
        epilog=HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def _push(push: argparse.ArgumentParser) -> None:
    source = push.add_mutually_exclusive_group(required=True)
    source.add_argument("folder", nargs="?", type=Path, metavar="FOLDER")
    source.add_argument("--manifest", type=Path, metavar="CSV")
    push.add_argument("--connection", required=True, metavar="ID", help="provider connection")
    push.add_argument("--workspace", required=True, metavar="ID", help="the firm's workspace")
    push.add_argument("--job", required=True, metavar="NAME", help="name of the import")
    push.add_argument(
        "--journal",
        type=Path,
        metavar="FILE",
        help="where the push is kept, so that it can be resumed; run again with the same one",
    )
    push.add_argument(
        "--allow-partial",
        action="store_true",
        help="import what succeeded even when some clients or files failed",
    )
    push.add_argument(
        "--on-existing",
        choices=("error", "adopt"),
        default="error",
        help="what to do about external ids that Filed already has",
    )
    push.add_argument(
        "--dry-run", action="store_true", help="check everything, tell every problem, send nothing"
    )
    _watching(push)


def _watching(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--timeout", type=float, metavar="SECONDS", help="give up after this time; the push stays"
    )
    command.add_argument("--no-wait", action="store_true", help="end once the import was initiated")
    _json(command)


def _json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="print the result as JSON")
