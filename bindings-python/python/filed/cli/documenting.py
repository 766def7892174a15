"""`pull docs`: the documents of a pull API, written for Filed."""

from __future__ import annotations

import argparse
import os

from ..pull import About, Webhook
from ..pull import docs as make_docs
from . import exits, output


def docs(options: argparse.Namespace) -> int:
    """Writes the documents; the exit code."""
    client = os.environ.get("FILED_PULL_CLIENT_ID")
    secret = os.environ.get("FILED_PULL_CLIENT_SECRET")
    made = make_docs(
        options.url,
        about=about(options),
        api_key=os.environ.get("FILED_PULL_KEY"),
        oauth_client=(client, secret) if client and secret else None,
        signed_urls=options.signed_urls,
    )
    try:
        made.write(options.folder)
    except OSError as e:
        output.say(f"the documents cannot be written: {e.strerror}")
        return exits.BAD_INPUT
    return exits.DONE


def about(options: argparse.Namespace) -> About:
    """What the arguments say of the platform."""
    hooks = (hook.partition("=") for hook in options.webhook)
    return About(
        platform=options.platform,
        contact=options.contact,
        credentials=options.credentials,
        webhooks=tuple(Webhook(name, text) for name, _, text in hooks),
    )
