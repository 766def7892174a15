"""Where async methods of a provider run: a loop that is there, or one in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any

from .. import _exit


class Loop:
    """Runs coroutines on an event loop, started by any thread. Each is known by an id, under which
    it can be cancelled."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._tasks: dict[int, asyncio.Task[None]] = {}

    def start(self, key: int, work: Coroutine[Any, Any, None]) -> None:
        """Starts `work`, which must not raise. RuntimeError when the loop is closed."""
        try:
            self._loop.call_soon_threadsafe(self._begin, key, work)
        except RuntimeError:
            work.close()
            raise

    def cancel(self, key: int) -> None:
        """Cancels the work under `key`, if there is any."""
        try:
            self._loop.call_soon_threadsafe(self._cancel, key)
        except RuntimeError:
            # The loop is closed, and the work with it.
            return

    def end(self) -> None:
        """Nothing more will be started. The loop is the host's and goes on."""

    def stop(self) -> None:
        """Stops the loop itself."""
        self._loop.call_soon_threadsafe(self._loop.stop)

    async def cancelled(self) -> None:
        """Cancels everything and waits for it to end."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def _begin(self, key: int, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks[key] = task
        task.add_done_callback(lambda _: self._tasks.pop(key, None))

    def _cancel(self, key: int) -> None:
        task = self._tasks.get(key)
        if task is not None:
            task.cancel()


class OwnLoop:
    """A loop in a thread of its own, which is there once the first coroutine is."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inner: Loop | None = None
        self._thread: threading.Thread | None = None
        self._ended = False

    def start(self, key: int, work: Coroutine[Any, Any, None]) -> None:
        """As `Loop.start`."""
        with self._lock:
            if self._inner is None and not self._ended:
                self._inner = self._made()
            inner = self._inner
        if inner is None:
            work.close()
            raise RuntimeError("the server has ended")
        inner.start(key, work)

    def cancel(self, key: int) -> None:
        """As `Loop.cancel`."""
        if self._inner is not None:
            self._inner.cancel(key)

    def end(self) -> None:
        """Cancels what runs and ends the thread."""
        with self._lock:
            thread, begun = self._thread, not self._ended
            self._ended = True
        if thread is None:
            return
        if begun and self._inner is not None:
            self._inner.stop()
        if thread is not threading.current_thread():
            thread.join(_exit.PATIENCE)

    def _made(self) -> Loop:
        loop = asyncio.new_event_loop()
        inner = Loop(loop)
        self._thread = threading.Thread(
            target=_run, args=(loop, inner), name="filed-pull-loop", daemon=True
        )
        _exit.watch_thread(self._thread)
        self._thread.start()
        return inner


def _run(loop: asyncio.AbstractEventLoop, inner: Loop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
        loop.run_until_complete(inner.cancelled())
        loop.run_until_complete(loop.shutdown_asyncgens())
    finally:
        loop.close()
