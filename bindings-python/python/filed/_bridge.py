"""Between the core and an event loop: one queue of outcomes and one wake-up for many of them.

The loop watches a descriptor that becomes readable when the queue stops being empty. Where a loop
cannot watch descriptors, as the proactor loop of Windows, a thread waits for the queue instead and
hands over each batch by `call_soon_threadsafe`.
"""

from __future__ import annotations

import asyncio
import itertools
import threading
import weakref
from typing import Any

from . import _exit, _native

# How long the waiting thread takes at most to notice that its loop is gone.
_THREAD_CHECK = 0.5

_bridges: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Bridge] = weakref.WeakKeyDictionary()


def current() -> Bridge:
    """The bridge of the running loop, made when there is none."""
    loop = asyncio.get_running_loop()
    bridge = _bridges.get(loop)
    if bridge is None:
        bridge = _bridges[loop] = Bridge(loop)
    return bridge


class Bridge:
    """Starts operations for one loop and resolves its futures. Used on the loop's thread only."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._queue = _native.LoopQueue()
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._tokens = itertools.count(1)
        self._watch(loop)

    async def run(self, operation: _native.Operation) -> Any:
        """The result of an operation. Cancelling the task that awaits it cancels the work."""
        token = next(self._tokens)
        future = asyncio.get_running_loop().create_future()
        self._waiting[token] = future
        try:
            self._queue.start(token, operation)
            return await future
        finally:
            if self._waiting.pop(token, None) is not None:
                self._queue.cancel(token)

    def _watch(self, loop: asyncio.AbstractEventLoop) -> None:
        descriptor = self._queue.fileno()
        if descriptor is not None:
            try:
                loop.add_reader(descriptor, self._drain)
                return
            except NotImplementedError:
                pass
        thread = threading.Thread(
            target=_wait, args=(self._queue, weakref.ref(self), weakref.ref(loop)), daemon=True
        )
        _exit.watch_thread(thread)
        thread.start()

    def _drain(self) -> None:
        self.deliver(self._queue.drain())

    def deliver(self, batch: list[tuple[int, bool, Any]]) -> None:
        """Resolves the futures of a batch."""
        for token, succeeded, value in batch:
            future = self._waiting.pop(token, None)
            if future is None or future.done():
                continue
            if succeeded:
                future.set_result(value)
            else:
                future.set_exception(value)


def _wait(
    queue: _native.LoopQueue,
    bridge: weakref.ref[Bridge],
    loop: weakref.ref[asyncio.AbstractEventLoop],
) -> None:
    """Hands over batches until the loop is closed."""
    while True:
        batch = queue.wait(_THREAD_CHECK)
        there, running = bridge(), loop()
        if there is None or running is None or running.is_closed():
            return
        if batch:
            try:
                running.call_soon_threadsafe(there.deliver, batch)
            except RuntimeError:  # closed in between
                return
        del there, running
