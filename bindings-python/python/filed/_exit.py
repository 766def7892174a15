"""What happens when the interpreter ends: the runtime is shut down while threads can still run.

Without this, a daemon thread that waits for the core would come back to an interpreter that is
being taken down.
"""

from __future__ import annotations

import atexit
import os
import threading
import time
import weakref
from typing import Protocol

from . import _native

# Bounds the exit of a program whose function does not return.
PATIENCE = 1.0


class Endable(Protocol):
    """Something with threads that wait for the core."""

    def end(self) -> None:
        """Tells them to end."""


_threads: weakref.WeakSet[threading.Thread] = weakref.WeakSet()
_endable: weakref.WeakSet[Endable] = weakref.WeakSet()


def watch_thread(thread: threading.Thread) -> None:
    """Lets the exit wait for a thread that ends when the runtime does."""
    _threads.add(thread)


def watch_end(endable: Endable) -> None:
    """Lets the exit end threads that would wait for ever."""
    _endable.add(endable)


def shutdown(timeout: float = 10.0) -> bool:
    """Ends the runtime: cancels what runs, waits up to `timeout` seconds, and lets go of its
    threads. Returns whether everything ended in time. May be called again; the next client starts
    a new runtime. Not needed at the end of a program."""
    return _native.shutdown(timeout)


def _end() -> None:
    for endable in list(_endable):
        endable.end()
    _native.shutdown(PATIENCE)
    deadline = time.monotonic() + PATIENCE
    for thread in list(_threads):
        thread.join(max(0.0, deadline - time.monotonic()))


def _forget() -> None:
    """A forked child has none of its parent's threads."""
    _threads.clear()
    _endable.clear()


atexit.register(_end)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
