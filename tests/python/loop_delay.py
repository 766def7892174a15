"""How late an event loop comes to what is due."""

from __future__ import annotations

import asyncio
import time
from types import TracebackType

_EVERY = 0.002


class Delay:
    """Measures while its block runs."""

    async def __aenter__(self) -> Delay:
        self._late: list[float] = []
        self._task = asyncio.create_task(self._measure())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._task.cancel()

    async def _measure(self) -> None:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(_EVERY)
            self._late.append(time.perf_counter() - began - _EVERY)

    @property
    def p99_ms(self) -> float:
        """Of a hundred times, one was later."""
        late = sorted(self._late)
        return late[len(late) * 99 // 100] * 1000
