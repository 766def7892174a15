"""The example programs do what they say."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pulled import KEY, ask, post
from sandbox import ROOT, Sandbox

EXAMPLES = {"push_folder.py": ["season.filed"], "push_async.py": []}


def test_every_example_is_run() -> None:
    found = {path.name for path in (ROOT / "examples/python").glob("*.py")}
    assert found == {*EXAMPLES, "pull_platform.py"}


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


def test_the_example_of_a_platform_is_pulled_from(tmp_path: Path) -> None:
    (tmp_path / "clients" / "John Smith").mkdir(parents=True)
    (tmp_path / "clients" / "John Smith" / "w2.pdf").write_bytes(b"%PDF-1.7 w2")
    program = ROOT / "examples/python/pull_platform.py"
    place = ["--folder", "clients", "--state", "state", "--key", KEY]
    with subprocess.Popen(
        [sys.executable, program, *place], cwd=tmp_path, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["url"]
        try:
            pull_and_send_back(url)
        finally:
            process.terminate()
    assert process.returncode == 0
    (sent,) = (tmp_path / "clients" / "John Smith" / "From Filed").rglob("return.pdf")
    assert sent.read_bytes() == b"%PDF-1.7 return"


def pull_and_send_back(url: str) -> None:
    (client,) = ask(url, "clients").json()["data"]
    (file,) = ask(url, f"clients/{client['id']}/files").json()["data"]
    assert file["name"] == "w2.pdf"
    assert ask(url, f"files/{file['id']}/download").body == b"%PDF-1.7 w2"
    assert ask(url, "files/..%2F..%2Fw2.pdf/download").status == 404
    path = f"clients/{client['id']}"
    for key in ("k1", "k1", "k2"):
        note = post(url, f"{path}/notes", {"text": "Ready"}, idempotency_key=key)
        assert note.status == 201
    for _ in range(2):
        answer = ask(
            url,
            f"{path}/files?name=return.pdf",
            method="POST",
            body=b"%PDF-1.7 return",
            Idempotency_Key="k3",
        )
        assert answer.status == 201, answer.body
    assert len(ask(url, f"{path}/files").json()["data"]) == 2
