"""`on_event`: a function of the host's, called for each event of a push: on a thread of Python's,
or, for asyncio, on the event loop."""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import AsyncIterator, Callable, Iterator

from . import _exit, _native
from ._codes import CancelledError, ClosedError, ShutDownError
from ._errors import FiledError
from ._push_types import Event

# How long a push that is let go of waits for the last events to be told.
_PATIENCE = 1.0


class Observer:
    """Tells a function of each event. What it raises goes to `sys.unraisablehook`."""

    def __init__(self, events: Iterator[Event], function: Callable[[Event], object]) -> None:
        self._thread = threading.Thread(
            target=_tell, args=(events, function), name="filed-events", daemon=True
        )
        _exit.watch_thread(self._thread)
        self._thread.start()

    def settle(self) -> None:
        """Gives the function a moment to be told of the last events."""
        if self._thread is not threading.current_thread():
            self._thread.join(_PATIENCE)


def _tell(events: Iterator[Event], function: Callable[[Event], object]) -> None:
    try:
        for event in events:
            try:
                function(event)
            except Exception as e:
                _native.report_unraisable(e, function)
    except (CancelledError, ClosedError, ShutDownError):
        # The push was let go of: there is nothing more to tell.
        return
    except FiledError as e:
        _native.report_unraisable(e, function)


class AsyncObserver:
    """As `Observer`, on the running event loop; the function may be async."""

    def __init__(self, events: AsyncIterator[Event], function: Callable[[Event], object]) -> None:
        self._task = asyncio.get_running_loop().create_task(_tell_async(events, function))

    async def settle(self) -> None:
        """Gives the function a moment to be told of the last events."""
        if self._task is not asyncio.current_task():
            await asyncio.wait([self._task], timeout=_PATIENCE)


async def _tell_async(events: AsyncIterator[Event], function: Callable[[Event], object]) -> None:
    try:
        async for event in events:
            try:
                result = function(event)
                if inspect.isawaitable(result):
                    await result
            except Exception as e:
                _native.report_unraisable(e, function)
    except (CancelledError, ClosedError, ShutDownError):
        # The push was let go of: there is nothing more to tell.
        return
    except FiledError as e:
        _native.report_unraisable(e, function)
