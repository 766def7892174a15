"""The example programs do what they say."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox import ROOT, Sandbox

EXAMPLES = {"push_folder.py": ["season.filed"], "push_async.py": []}


def test_every_example_is_run() -> None:
    found = {path.name for path in (ROOT / "examples/python").glob("*.py")}
    assert found == set(EXAMPLES)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_pushes_a_folder(sandbox: Sandbox, tmp_path: Path, w2: Path, name: str) -> None:
    (tmp_path / "scans" / "John Smith").mkdir(parents=True)
    w2.rename(tmp_path / "scans" / "John Smith" / "w2.pdf")
    place = [sandbox.place["connection_id"], sandbox.place["workspace_id"]]
    subprocess.run(
        [sys.executable, ROOT / "examples/python" / name, "scans", *place, "J", *EXAMPLES[name]],
        cwd=tmp_path,
        env={**os.environ, **sandbox.variables},
        check=True,
        timeout=60,
    )
    (artifact,) = sandbox.state()["artifacts"]
    assert artifact["status"] == "uploaded"
