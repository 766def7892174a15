"""Lists that page by themselves: one crossing of the boundary per page."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, Generic, TypeVar

from . import _native
from ._runner import AsyncSession, SyncSession

T = TypeVar("T")


class Pages(Iterator[T], Generic[T]):
    """An iterator that asks for the next page when it needs it. After a retryable error it can be
    asked again and goes on where it was."""

    def __init__(
        self, session: SyncSession, pager: _native.Pager, decode: Callable[[Any], list[T]]
    ) -> None:
        self._session = session
        self._pager = pager
        self._decode = decode
        self._items: deque[T] = deque()

    def __iter__(self) -> Pages[T]:
        return self

    def __next__(self) -> T:
        if not self._items:
            page = self._session.run(self._pager.next_page(), lambda raw: raw)
            if page is None:
                raise StopIteration
            self._items.extend(self._decode(page))
        return self._items.popleft()


class AsyncPages(AsyncIterator[T], Generic[T]):
    """As `Pages`, for `async for`."""

    def __init__(
        self, session: AsyncSession, pager: _native.Pager, decode: Callable[[Any], list[T]]
    ) -> None:
        self._session = session
        self._pager = pager
        self._decode = decode
        self._items: deque[T] = deque()

    def __aiter__(self) -> AsyncPages[T]:
        return self

    async def __anext__(self) -> T:
        if not self._items:
            page = await self._session.run(self._pager.next_page(), lambda raw: raw)
            if page is None:
                raise StopAsyncIteration
            self._items.extend(self._decode(page))
        return self._items.popleft()
