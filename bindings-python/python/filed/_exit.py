"""What happens when the interpreter ends: the runtime is shut down while threads can still run.

Without this, a daemon thread that waits for the core would come back to an interpreter that is
being taken down.
"""

from __future__ import annotations

import atexit
import os
import threading
import weakref

from . import _native
from ._token import TokenThread

# Bounds the exit of a program whose function does not return.
_PATIENCE = 1.0

_threads: weakref.WeakSet[threading.Thread] = weakref.WeakSet()
_tokens: weakref.WeakSet[TokenThread] = weakref.WeakSet()


def watch_thread(thread: threading.Thread) -> None:
    """Lets the exit wait for a thread that ends when the runtime does."""
    _threads.add(thread)


def watch_token(token: TokenThread) -> None:
    """Lets the exit end a thread that asks for tokens."""
    _tokens.add(token)


def shutdown(timeout: float = 10.0) -> bool:
    """Ends the runtime: cancels what runs, waits up to `timeout` seconds, and lets go of its
    threads. Returns whether everything ended in time. May be called again; the next client starts
    a new runtime. Not needed at the end of a program."""
    return _native.shutdown(timeout)


def _end() -> None:
    for token in list(_tokens):
        token.end()
    _native.shutdown(_PATIENCE)
    for thread in list(_threads):
        thread.join(_PATIENCE)


def _forget() -> None:
    """A forked child has none of its parent's threads."""
    _threads.clear()
    _tokens.clear()


atexit.register(_end)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
