"""The pushes of a scenario, each with the stream of its events."""

from __future__ import annotations

import contextlib
import threading
from pathlib import Path
from typing import Any

import filed

# How long the last event may take once a step asks for all of them.
_EVENTS_END = 60.0

Arguments = dict[str, Any]


class Pushes:
    """Pushes by name."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._pushes: dict[str, Watched] = {}
        self._clients: dict[tuple[str, str], filed.PushClient] = {}

    def close(self) -> None:
        """Lets go of every push."""
        for watched in self._pushes.values():
            watched.close()
        self._pushes.clear()

    def open(self, client: filed.Client, op: str, given: Arguments) -> None:
        """Opens or resumes a push and begins to collect its events."""
        name = given.pop("push", "push")
        when = given.pop("cancel_when", None)
        push = client.resume(**given) if op == "resume" else client.push(**given)
        self._pushes[name] = Watched(push, when)

    def perform(self, verb: str, given: Arguments) -> Any:
        """Carries out one operation on a push."""
        name = given.pop("push", "push")
        watched = self._pushes[name]
        if verb == "drop":
            del self._pushes[name]
            return watched.close()
        if verb == "events":
            return watched.all_events()
        push = watched.push
        if verb == "add_client":
            client = push.add_client(given.pop("name"), **given)
            self._clients[name, client.external_id] = client
            return None
        if verb in ("add_file", "add_bytes", "add_url"):
            client = self._clients[name, given.pop("for")]
            return self._add(client, verb, given)
        if "timeout_ms" in given:
            given["timeout"] = given.pop("timeout_ms") / 1000
        result = getattr(push, verb)(**given)
        return list(result) if hasattr(result, "__next__") else result

    def _add(self, client: filed.PushClient, verb: str, given: Arguments) -> None:
        if verb == "add_bytes":
            data = (self._directory / given.pop("from")).read_bytes()
            client.add_bytes(data, **given)
        else:
            getattr(client, verb)(**given)


class Watched:
    """A push and the thread that collects its events."""

    def __init__(self, push: filed.Push, cancel_when: Arguments | None) -> None:
        self.push = push
        self._when = cancel_when
        self._events: list[filed.Event] = []
        self._stream = push.events()
        self._thread = threading.Thread(target=self._collect, daemon=True)
        self._thread.start()

    def all_events(self) -> list[Arguments]:
        """The events from the first to the last."""
        self._thread.join(_EVENTS_END)
        if self._thread.is_alive():
            raise RuntimeError("the events did not end")
        return [
            {
                "kind": event.kind,
                "external_id": event.external_id,
                "client_external_id": event.client_external_id,
                "error": event.error,
            }
            for event in self._events
        ]

    def close(self) -> None:
        """Lets go of the push."""
        self.push.close()
        self._thread.join(_EVENTS_END)

    def _collect(self) -> None:
        # A push that is let go of ends its stream with an error, which is no event.
        with contextlib.suppress(filed.FiledError):
            for event in self._stream:
                self._events.append(event)
                if self._cancels(event):
                    self.push.cancel()

    def _cancels(self, event: filed.Event) -> bool:
        if self._when is None or event.kind != self._when["kind"]:
            return False
        seen = sum(earlier.kind == event.kind for earlier in self._events)
        return bool(seen == self._when.get("count", 1))
