"""Progress on standard error, when that is a terminal: a bar with `rich`, else one line."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable, Iterator

from .._codes import ClosedError, ShutDownError
from .._push import Push
from .._push_types import Progress

_INTERVAL = 0.2

Show = Callable[[Progress], None]


@contextlib.contextmanager
def shown(push: Push) -> Iterator[None]:
    """Shows the progress of `push` while the block runs."""
    if not sys.stderr.isatty():
        yield
        return
    with _display() as show:
        over = threading.Event()
        thread = threading.Thread(target=_poll, args=(push, show, over), daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


def _poll(push: Push, show: Show, over: threading.Event) -> None:
    # The last look comes after the end, so that what is left standing is the outcome.
    with contextlib.suppress(ClosedError, ShutDownError):
        while not over.wait(_INTERVAL):
            show(push.progress())
        show(push.progress())


@contextlib.contextmanager
def _display() -> Iterator[Show]:
    try:
        from rich import progress as rich
        from rich.console import Console
    except ImportError:
        yield _line
        print(file=sys.stderr)
        return
    columns = (
        rich.TextColumn("{task.description}"),
        rich.BarColumn(),
        rich.TextColumn("{task.fields[files]}"),
        rich.DownloadColumn(),
        rich.TransferSpeedColumn(),
    )
    with rich.Progress(*columns, console=Console(stderr=True)) as bars:
        task = bars.add_task("open", total=None, files="")

        def show(now: Progress) -> None:
            bars.update(
                task,
                description=now.state,
                total=now.bytes_total or None,
                completed=now.bytes_sent,
                files=_files(now),
            )

        yield show


def _line(now: Progress) -> None:
    sent, total = now.bytes_sent / 1e6, now.bytes_total / 1e6
    text = f"{now.state}: {_files(now)}, {sent:.1f} of {total:.1f} MB"
    print(f"\r{text:<79}", end="", file=sys.stderr, flush=True)


def _files(now: Progress) -> str:
    files = now.files
    if now.state in ("initiated", "watching", "done"):
        return f"{files.done} of {files.total} files imported or failed"
    return f"{files.sent} of {files.total} files sent"
