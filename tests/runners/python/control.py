"""The sandbox's control endpoint."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any


class ControlError(Exception):
    """The endpoint refused a request."""


class Control:
    """Calls the control endpoint of a running sandbox."""

    def __init__(self, url: str) -> None:
        self._url = url

    def prepare(self, scenario: dict[str, Any]) -> dict[str, Any]:
        """Puts the sandbox into the scenario's state; its ready object."""
        self.call("POST", "/reset", scenario.get("sandbox", {}))
        if faults := scenario.get("faults"):
            self.call("POST", "/faults", {"faults": faults})
        ready: dict[str, Any] = self.call("GET", "/ready")
        return ready

    def summary(self) -> Any:
        """The sandbox's state without its list of requests."""
        return self.call("GET", "/state?summary=1")

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Sends JSON and gives back the answer's."""
        data = None if body is None else json.dumps(body).encode()
        return self.send(method, path, data, "application/json")

    def send(self, method: str, path: str, data: bytes | None, content_type: str) -> Any:
        """Sends bytes and gives back the answer's JSON."""
        headers = {"content-type": content_type}
        request = urllib.request.Request(self._url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request) as answer:
                text = answer.read()
        except urllib.error.HTTPError as e:
            raise ControlError(f"{e.code}: {e.read()[:500]!r}") from None
        return json.loads(text) if text else None
