"""From a question of the server's to a call of the provider's method, and from what that returns
to the answer."""

from __future__ import annotations

import contextlib
import inspect
import itertools
import json
import os
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from .. import _native
from .._streams import as_bytes
from . import _content, _wire
from ._errors import sorted_out
from ._incoming import AsyncIncoming, Incoming
from ._loop import Loop, OwnLoop
from ._provider import Provider
from ._types import OpenedFile

# The provider's methods with their parameters.
_METHODS = {
    "list_clients": ("caller", "query"),
    "list_files": ("caller", "client_id", "query"),
    "open_file": ("caller", "file_id"),
    "add_note": ("caller", "client_id", "note"),
    "receive_file": ("caller", "client_id", "file", "content"),
    "authenticate": ("credential",),
}

_WRITE: dict[str, Callable[[Any], str]] = {
    "list_clients": _wire.clients,
    "list_files": _wire.files,
    "add_note": _wire.note,
    "receive_file": _wire.file,
    "authenticate": _wire.caller,
}


class Job:
    """Host code to run, and what to do with its result. Runs once: on the thread that calls `run`
    when it is plain, on the loop when it is async."""

    def __init__(
        self,
        key: int,
        function: Callable[[], Any],
        answer: Callable[[Any], None],
        fail: Callable[[str, str, float | None], None],
        *,
        is_async: bool,
        is_wanted: Callable[[], bool],
    ) -> None:
        self.key = key
        self.is_async = is_async
        self._function = function
        self._answer = answer
        self._fail = fail
        self._is_wanted = is_wanted

    def run(self, loop: Loop | OwnLoop) -> None:
        if not self._is_wanted():
            return
        try:
            result = self._function()
            if inspect.isawaitable(result):
                self._await(loop, result)
            else:
                self._give(result)
        except BaseException as e:
            self._failed(e)

    def _give(self, result: Any) -> None:
        try:
            self._answer(result)
        except (TypeError, ValueError) as e:
            self._report(e)
            self._tell("failed", "", None)

    def _await(self, loop: Loop | OwnLoop, result: Awaitable[Any]) -> None:
        try:
            loop.start(self.key, self._finish(result))
        except RuntimeError:
            _unawaited(result)
            raise

    async def _finish(self, result: Awaitable[Any]) -> None:
        try:
            if self._is_wanted():
                self._give(await result)
            else:
                _unawaited(result)
        except BaseException as e:
            self._failed(e)
            if not isinstance(e, Exception):
                raise

    def _failed(self, error: BaseException) -> None:
        kind, text, wait = sorted_out(error)
        # What was given up or ended is no defect of the host's.
        if kind == "failed" and self._is_wanted():
            self._report(error)
        self._tell(kind, text, wait)

    def _report(self, error: BaseException) -> None:
        # The arguments, which name clients, are left out.
        function = self._function
        blamed = function.func if isinstance(function, partial) else function
        _native.report_unraisable(error, blamed)

    def _tell(self, kind: str, text: str, wait: float | None) -> None:
        # An answer that could not be used was an answer.
        with contextlib.suppress(RuntimeError):
            self._fail(kind, text, wait)


def _unawaited(result: Awaitable[Any]) -> None:
    """A coroutine that will not run is no oversight of the host's."""
    if inspect.iscoroutine(result):
        result.close()


class Jobs:
    """Makes the jobs of one provider, and keeps the streams it has opened."""

    def __init__(self, provider: Provider, questions: _native.PullQuestions) -> None:
        self._provider = provider
        self._questions = questions
        self._streams: dict[int, _content.Stream] = {}
        self._keys = itertools.count(1)
        self._async = {
            name: inspect.iscoroutinefunction(getattr(provider, name)) for name in _METHODS
        }

    def answering(self, call: _native.PullCall) -> Job:
        """The job that answers a question."""
        make = {"chunk": self._chunk, "skip": self._skip}.get(call.method, self._method)
        function, answer, is_async = make(call)
        return Job(
            call.id,
            function,
            answer,
            call.fail,
            is_async=is_async,
            is_wanted=lambda: call.is_wanted,
        )

    def closing(self, key: int) -> Job | None:
        """The job that closes a stream."""
        stream = self._streams.pop(key, None)
        if stream is None:
            return None
        return Job(
            # Of questions and streams, each counted from 1, no two are to have the same key.
            -key,
            stream.close,
            lambda _: None,
            lambda *_: None,
            is_async=stream.is_async,
            is_wanted=lambda: True,
        )

    def _method(
        self, call: _native.PullCall
    ) -> tuple[Callable[[], Any], Callable[[Any], None], bool]:
        name = call.method
        is_async = self._async[name]
        arguments = _wire.arguments(call.arguments)
        if name in ("list_clients", "list_files"):
            arguments["query"] = _wire.query(name, arguments["query"])
        if name == "receive_file":
            arguments["content"] = (AsyncIncoming if is_async else Incoming)(call.content())
        # By position: a host may call its parameters what it likes.
        by_position = [arguments[parameter] for parameter in _METHODS[name]]
        function = partial(getattr(self._provider, name), *by_position)
        if name == "open_file":
            return function, partial(self._opened, call), is_async
        write = _WRITE[name]
        return function, lambda result: call.answer(write(result)), is_async

    def _chunk(
        self, call: _native.PullCall
    ) -> tuple[Callable[[], Any], Callable[[Any], None], bool]:
        stream = self._streams[json.loads(call.arguments)["key"]]

        def answer(chunk: Any) -> None:
            call.chunk(None if chunk is None else as_bytes(chunk))

        return stream.next, answer, stream.is_async

    def _skip(
        self, call: _native.PullCall
    ) -> tuple[Callable[[], Any], Callable[[Any], None], bool]:
        arguments = json.loads(call.arguments)
        stream = self._streams[arguments["key"]]
        return partial(stream.skip, arguments["offset"]), call.skipped, stream.is_async

    def _opened(self, call: _native.PullCall, opened: Any) -> None:
        if not isinstance(opened, OpenedFile):
            raise TypeError(f"an OpenedFile must be returned, not {type(opened).__name__}")
        file, content = _wire.file(opened.file), opened.content
        if isinstance(content, (str, os.PathLike)):
            call.opened_path(file, opened.version, os.fsdecode(content))
        elif isinstance(content, (bytes, bytearray, memoryview)):
            data = as_bytes(content)
            if len(data) != opened.file.size:
                raise ValueError(f"File.size is {opened.file.size}, content has {len(data)} bytes")
            call.opened_bytes(file, opened.version, data)
        elif (descriptor := _content.descriptor(content)) is not None:
            call.opened_descriptor(file, opened.version, descriptor)
            content.close()  # type: ignore[union-attr]
        else:
            key = next(self._keys)
            self._streams[key] = _content.stream(content)
            call.opened_stream(file, opened.version, self._questions, key)
