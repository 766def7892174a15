"""A sandbox in a process of its own, and its control endpoint."""

from __future__ import annotations

import json
import os
import subprocess
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
# How long a condition may take to come true before a test fails.
PATIENCE = 20.0


class Sandbox:
    """A running `filed-sandbox`."""

    def __init__(self) -> None:
        target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
        program = target / "debug" / "filed-sandbox"
        self._process = subprocess.Popen(
            [program, "--max-seconds", "1200"], stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        self.ready: dict[str, Any] = json.loads(self._process.stdout.readline())

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()

    def reset(self, **settings: Any) -> None:
        self._call("POST", "/reset", settings)

    def plan(self, *faults: dict[str, Any]) -> None:
        self._call("POST", "/faults", {"faults": list(faults)})

    def struck(self) -> int:
        """How often the planned faults have struck."""
        faults = self._call("GET", "/faults")["faults"]
        return sum(fault["struck"] for fault in faults)

    def forget_faults(self) -> None:
        self._call("DELETE", "/faults")

    def expire_tokens(self, **which: bool) -> None:
        self._call("POST", "/expire-tokens", which)

    def state(self) -> Any:
        return self._call("GET", "/state")

    def requests(self) -> int:
        """How many requests came, those under way not counted."""
        return len(self.state()["requests"])

    def counts(self, operation: str) -> int:
        """How many requests of an operation came, those under way counted."""
        count: int = self.state()["counts"].get(operation, 0)
        return count

    @property
    def settings(self) -> dict[str, Any]:
        """The settings of a customer's client."""
        return {
            "api_key": self.ready["api_key"],
            "source_platform": "pytest",
            "gateway_url": self.ready["gateway_url"],
            "upload_url": self.ready["upload_url"],
        }

    @property
    def partner_settings(self) -> dict[str, Any]:
        """The settings of a partner's client, without its token."""
        return {
            **self.settings,
            "api_key": self.ready["partner_api_key"],
            "role": "partner",
            "upload_url": self.ready["partner_upload_url"],
        }

    @property
    def variables(self) -> dict[str, str]:
        """The settings of a customer's client as environment variables."""
        return {f"FILED_{name.upper()}": value for name, value in self.settings.items()}

    @property
    def place(self) -> dict[str, Any]:
        """Where a push goes."""
        return {
            "connection_id": self.ready["connection_id"],
            "workspace_id": self.ready["workspace_id"],
        }

    def host(self, name: str, data: bytes, content_type: str) -> None:
        """Puts up a file for fetching."""
        self._send("POST", f"/hosted/{name}", data, content_type)

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        return self._send(method, path, data, "application/json")

    def _send(self, method: str, path: str, data: bytes | None, content_type: str) -> Any:
        request = urllib.request.Request(
            self.ready["control_url"] + path, data, {"content-type": content_type}, method=method
        )
        with urllib.request.urlopen(request) as answer:
            text = answer.read()
        return json.loads(text) if text else None


def eventually(condition: Callable[[], Any]) -> Any:
    """Waits until a condition is true; its value."""
    end = time.monotonic() + PATIENCE
    while not (value := condition()):
        assert time.monotonic() < end, "the condition did not come true"
        time.sleep(0.01)
    return value
