"""The commands."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from .._client import Client
from .._errors import FiledError
from . import exits, output
from .arguments import parser
from .pulling import pull
from .pushing import push, resume


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; its exit code."""
    options = parser().parse_args(arguments)
    try:
        return _COMMANDS[options.command](options)
    except FiledError as e:
        output.show_error(e)
        return exits.for_error(e)
    except BrokenPipeError:
        # Whoever read our output has gone; the interpreter must not stumble over it once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return exits.SOME_FAILED
    except KeyboardInterrupt:
        output.say("interrupted")
        return exits.INTERRUPTED


def me(options: argparse.Namespace) -> int:
    """Shows whose the API key is."""
    with Client() as client:
        user = client.me()
    if options.json:
        output.show_json(user)
    else:
        print(f"{user.email} ({user.role}, {user.id})")
    return exits.DONE


_COMMANDS = {"push": push, "resume": resume, "me": me, "pull": pull}
