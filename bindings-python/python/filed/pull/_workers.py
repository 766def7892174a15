"""Threads that take a server's questions and run the provider's plain functions.

Of the threads that are free one waits for the next question, and it starts another before it runs
host code, so that somebody always listens. When as many as are allowed are busy, jobs wait for one
that ends. A job that was given up no longer counts: what hangs must not keep others from running.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

from .. import _exit, _native
from ._jobs import Job, Jobs
from ._loop import Loop, OwnLoop

# Free threads that are kept.
_SPARE = 4
# Of threads that hang in host code so many times the allowed number are borne.
_MOST_HUNG = 4
# How long a thread waits at once for a question.
_LONG = 3600.0


class Workers:
    """The threads of one server."""

    def __init__(
        self,
        questions: _native.PullQuestions,
        jobs: Jobs,
        loop: Loop | OwnLoop,
        threads: int,
    ) -> None:
        self._questions = questions
        self._jobs = jobs
        self._loop = loop
        self._most = threads
        self._lock = threading.Lock()
        self._threads: set[threading.Thread] = set()
        self._free = 0
        self._running: dict[int, bool] = {}
        """Plain jobs that run: whether they were given up."""
        self._waiting: deque[Job] = deque()
        self._ended = False

    def start(self) -> None:
        """Starts the first thread."""
        _exit.watch_end(self)
        with self._lock:
            self._free += self._spawned(self._serve)

    def end(self) -> None:
        """Takes no more questions. Does not wait for host code that runs."""
        self._ended = True
        self._questions.end()
        self._loop.end()

    def join(self, timeout: float) -> None:
        """Waits for the threads."""
        deadline = time.monotonic() + timeout
        for thread in list(self._threads):
            if thread is not threading.current_thread():
                thread.join(max(0.0, deadline - time.monotonic()))

    def _spawned(self, target: Callable[..., None], *arguments: object) -> bool:
        """Whether a thread could be started: not when the interpreter is ending."""

        def live() -> None:
            try:
                target(*arguments)
            finally:
                self._threads.discard(thread)

        thread = threading.Thread(target=live, name="filed-pull", daemon=True)
        self._threads.add(thread)
        try:
            thread.start()
        except RuntimeError:
            self._threads.discard(thread)
            return False
        _exit.watch_thread(thread)
        return True

    def _serve(self) -> None:
        while not self._ended:
            event = self._questions.next(_LONG)
            if event is not None and not self._handle(event):
                return

    def _handle(self, event: tuple[str, object]) -> bool:
        """Does what an event asks for; whether to take another one."""
        kind, about = event
        if kind == "end":
            self._ended = True
            self._loop.end()
            return False
        if kind == "given up":
            assert isinstance(about, int)
            self._given_up(about)
            return True
        job = self._job(kind, about)
        if job is None:
            return True
        if job.is_async:
            job.run(self._loop)
            return True
        return not self._take(job) or self._work(job)

    def _job(self, kind: str, about: object) -> Job | None:
        if isinstance(about, int):
            return self._jobs.closing(about)
        assert isinstance(about, _native.PullCall)
        if not about.is_wanted:
            return None
        try:
            return self._jobs.answering(about)
        except Exception as e:
            _native.report_unraisable(e, self._jobs.answering)
            about.fail("failed", "", None)
            return None

    def _take(self, job: Job) -> bool:
        """Whether this thread may run a plain job; otherwise it waits for one that ends."""
        with self._lock:
            if not (self._has_room() and self._others_listen()):
                self._waiting.append(job)
                return False
            self._free -= 1
            self._running[job.key] = False
            return True

    def _others_listen(self) -> bool:
        if self._free == 1:
            self._free += self._spawned(self._serve)
        return self._free > 1

    def _has_room(self) -> bool:
        busy = len(self._running)
        hung = sum(self._running.values())
        return busy - hung < self._most and busy < self._most * _MOST_HUNG

    def _work(self, job: Job) -> bool:
        """Runs a job and those that wait; whether this thread is to stay."""
        while True:
            job.run(self._loop)
            with self._lock:
                self._running.pop(job.key, None)
                if not self._waiting or self._ended:
                    stays = self._free < _SPARE and not self._ended
                    self._free += stays
                    return stays
                job = self._waiting.popleft()
                self._running[job.key] = False

    def _given_up(self, key: int) -> None:
        self._loop.cancel(key)
        with self._lock:
            if key not in self._running:
                return
            self._running[key] = True
            if not self._waiting or not self._has_room():
                return
            job = self._waiting.popleft()
            self._running[job.key] = False
            if not self._spawned(self._help, job):
                self._running.pop(job.key)
                self._waiting.appendleft(job)

    def _help(self, job: Job) -> None:
        """The life of a thread that begins with a job."""
        if self._work(job):
            self._serve()
