"""The main job, as the documentation has it, pasted as it stands."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from blake3 import blake3

from sandbox import Sandbox

PROGRAM = """
import filed

with filed.Client() as client:                      # settings from FILED_* variables
    with client.push(connection_id="connection_789", workspace_id="workspace_123456",
                     job_name="2024 Tax Season Import", journal="season.filed") as push:
        smith = push.add_client("John Smith - 2024 Tax Return", external_id="client-12345")
        smith.add_file("scans/w2.pdf", external_id="file-12345", metadata={"pages": 2})
        smith.add_url("https://files.example.com/1099.pdf", external_id="file-12346")
        smith.add_bytes(pdf, file_name="notes.pdf", external_id="file-12347")
    # leaving the block commits: uploads, attaches, verifies, initiates
    report = push.wait(timeout=3600)                # watches the import
    for file in report.failed_files:
        print(file.external_id, file.error.code, file.error)
"""


def test_the_main_job_runs_as_it_stands(sandbox: Sandbox, tmp_path: Path, w2: Path) -> None:
    sandbox.host("1099.pdf", b"%PDF-1.7 by url", "application/pdf")
    hosted = f"{sandbox.ready['hosted_url']}/1099.pdf"
    # Only what the reader supplies: real ids, a URL that exists, some bytes.
    source = PROGRAM.replace("https://files.example.com/1099.pdf", hosted)
    source = source.replace("connection_789", sandbox.ready["connection_id"])
    source = source.replace("workspace_123456", sandbox.ready["workspace_id"])
    (tmp_path / "scans").mkdir()
    w2.rename(tmp_path / "scans" / "w2.pdf")
    done = subprocess.run(
        [sys.executable, "-c", "pdf = b'%PDF-1.7 notes'\n" + source],
        cwd=tmp_path,
        env={**os.environ, **sandbox.variables},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    state = sandbox.state()
    assert [job["initiated"] for job in state["jobs"]] == [1]
    held = {a["external_id"]: a["blake3"] for a in state["artifacts"]}
    content = (tmp_path / "scans" / "w2.pdf").read_bytes()
    assert held == {
        "file-12345": blake3(content).hexdigest(),
        "file-12346": blake3(b"%PDF-1.7 by url").hexdigest(),
        "file-12347": blake3(b"%PDF-1.7 notes").hexdigest(),
    }
    assert (tmp_path / "season.filed").stat().st_mode & 0o777 == 0o600
