"""`Opening`: a push that `AsyncClient` is opening, to be awaited or used in `async with`."""

from __future__ import annotations

from collections.abc import Callable, Generator
from types import TracebackType
from typing import Any

from . import _native
from . import _push_types as t
from ._async_push import AsyncPush
from ._runner import AsyncSession


class Opening:
    """A push that is being opened, made by `AsyncClient.push` or `AsyncClient.resume`."""

    def __init__(
        self,
        session: AsyncSession,
        operation: _native.Operation,
        on_event: Callable[[t.Event], object] | None,
    ) -> None:
        self._session = session
        self._operation = operation
        self._on_event = on_event
        self._push: AsyncPush | None = None

    def __await__(self) -> Generator[Any, None, AsyncPush]:
        return self._open().__await__()

    async def __aenter__(self) -> AsyncPush:
        self._push = await self._open()
        return self._push

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._push is not None:
            await self._push.__aexit__(kind, value, trace)

    async def _open(self) -> AsyncPush:
        native: _native.Push = await self._session.run(self._operation, lambda raw: raw)
        return AsyncPush(self._session, native, self._on_event)
