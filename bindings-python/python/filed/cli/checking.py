"""`pull check`: a platform's API, checked as Filed would use it."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from ..pull import check as run_check
from . import exits, output


def check(options: argparse.Namespace) -> int:
    """Checks a platform and tells the report; the exit code."""
    client = os.environ.get("FILED_PULL_CLIENT_ID")
    secret = os.environ.get("FILED_PULL_CLIENT_SECRET")
    try:
        document, mapping = _text(options.document), _text(options.mapping)
    except (OSError, UnicodeDecodeError):
        output.say("a file cannot be read as text")
        return exits.BAD_INPUT
    report = run_check(
        options.url,
        api_key=os.environ.get("FILED_PULL_KEY"),
        oauth_client=(client, secret) if client and secret else None,
        document=document,
        mapping=mapping,
        ca_bundle=options.ca_bundle,
        writes=not options.read_only,
        client_id=options.client,
        requests=options.requests,
        time=options.time,
    )
    if options.junit is not None:
        try:
            options.junit.write_text(report.junit, "utf-8")
        except OSError as e:
            output.say(f"the JUnit file cannot be written: {e.strerror}")
            return exits.BAD_INPUT
    print(report.json if options.json else report.words.rstrip("\n"))
    return exits.DONE if report.passed else exits.SOME_FAILED


def _text(path: Path | None) -> str | None:
    return None if path is None else path.read_text("utf-8")
