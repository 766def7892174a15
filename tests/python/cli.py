"""Runs `python -m filed` as a script would."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from sandbox import Sandbox


class Cli:
    """Runs commands in a directory, against a sandbox."""

    def __init__(self, sandbox: Sandbox, directory: Path) -> None:
        self.variables = {**os.environ, **sandbox.variables}
        self.directory = directory
        place = sandbox.place
        self.place = [
            *("--connection", place["connection_id"]),
            *("--workspace", place["workspace_id"]),
            *("--job", "Season"),
        ]

    def start(self, *arguments: str | Path) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "filed", *arguments],
            cwd=self.directory,
            env=self.variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str | Path) -> tuple[int, str, str]:
        process = self.start(*arguments)
        out, err = process.communicate(timeout=60)
        return process.returncode, out, err

    def push(self, *arguments: str | Path) -> tuple[int, str, str]:
        return self.run("push", *self.place, *arguments)


def attached(sandbox: Sandbox) -> dict[str, list[str]]:
    state = sandbox.state()
    return {
        work["external_id"]: sorted(
            a["external_id"] for a in state["artifacts"] if a["job_work_id"] == work["id"]
        )
        for work in state["works"]
    }
