"""`python -m filed`, as a script would use it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cli import Cli, attached
from sandbox import Sandbox, eventually


def test_a_folder_is_pushed_with_a_client_per_sub_folder(
    sandbox: Sandbox, cli: Cli, scans: Path
) -> None:
    code, out, err = cli.push(scans)
    assert code == 0, err
    assert "2 clients: 2 imported, 0 failed" in out
    assert "3 files: 3 imported, 0 failed" in out
    assert attached(sandbox) == {
        "Smith, John": ["Smith, John/2023/w2.pdf", "Smith, John/w2.pdf"],
        "Doe, Jane": ["Doe, Jane/notes.csv"],
    }
    assert "no client's folder: 1 file(s)" in err
    assert "a link to a folder is not followed" in err
    assert "without a file is not sent" in err


def test_a_dry_run_sends_nothing(sandbox: Sandbox, cli: Cli, scans: Path) -> None:
    code, out, _ = cli.push(scans, "--dry-run", "--journal", "j.filed")
    assert (code, out) == (0, "2 clients, 3 files, 0 problems\n")
    assert sandbox.requests() == 0
    assert not (cli.directory / "j.filed").exists()


def test_a_dry_run_tells_every_problem(sandbox: Sandbox, cli: Cli, scans: Path) -> None:
    (scans / "Doe, Jane" / "empty.pdf").touch()
    (scans / "Doe, Jane" / "gone.pdf").symlink_to("nowhere")
    (scans / "Doe, Jane" / os.fsdecode(b"\xff.pdf")).write_text("x")
    del cli.variables["FILED_API_KEY"]
    cli.place[-1] = " "
    code, out, _ = cli.push(scans, "--dry-run", "--json")
    assert code == 2
    codes = {problem["code"] for problem in json.loads(out)["problems"]}
    assert codes == {"CONFIG_MISSING", "INVALID_ARGUMENT", "FILE_EMPTY", "FILE_NOT_FOUND"}
    assert len(json.loads(out)["problems"]) == 5
    assert sandbox.requests() == 0


def test_a_bad_file_stops_the_push_unless_partial_ones_are_allowed(
    sandbox: Sandbox, cli: Cli, scans: Path
) -> None:
    (scans / "Doe, Jane" / "empty.pdf").touch()
    code, _, err = cli.push(scans)
    assert (code, sandbox.requests()) == (2, 0)
    assert "FILE_EMPTY: Doe, Jane/empty.pdf" in err
    code, out, err = cli.push(scans, "--allow-partial", "--json")
    assert code == 1, err
    (failed,) = json.loads(out)["failed_files"]
    assert failed["error"]["code"] == "FILE_EMPTY"
    assert failed["path"].endswith("empty.pdf")


def test_a_failed_import_ends_with_1(sandbox: Sandbox, cli: Cli, scans: Path) -> None:
    sandbox.reset(fail_artifacts=["Doe, Jane/notes.csv"])
    code, out, _ = cli.push(scans)
    assert code == 1
    assert "Doe, Jane/notes.csv: IMPORT_FAILED" in out


def test_exit_codes_tell_what_went_wrong(sandbox: Sandbox, cli: Cli, scans: Path) -> None:
    def me(**variables: str) -> int:
        other = Cli(sandbox, cli.directory)
        other.variables.update(variables)
        return other.run("me")[0]

    assert me() == 0
    assert me(FILED_API_KEY="") == 2
    assert me(FILED_ROLE="admin") == 2
    assert me(FILED_API_KEY="wrong") == 3
    assert me(FILED_GATEWAY_URL="http://127.0.0.1:1/", FILED_MAX_ATTEMPTS="1") == 4
    (cli.directory / "broken.filed").write_text("not a journal")
    assert cli.run("resume", "broken.filed")[0] == 5
    assert cli.push(scans, "--manifest", "x.csv")[0] == 2
    assert cli.run("push")[0] == 2
    cli.place[1] = "connection_none"
    assert cli.push(scans)[0] == 2


def test_an_import_that_does_not_end_in_time_ends_with_4(
    sandbox: Sandbox, cli: Cli, scans: Path
) -> None:
    sandbox.reset(import_ms=600_000)
    code, _, err = cli.push(scans, "--timeout", "2", "--journal", "j.filed")
    assert code == 4
    assert "WAIT_TIMED_OUT" in err


def test_no_wait_ends_once_the_import_was_initiated(
    sandbox: Sandbox, cli: Cli, scans: Path
) -> None:
    sandbox.reset(import_ms=600_000)
    code, out, err = cli.push(scans, "--no-wait", "--json", "--journal", "j.filed")
    assert code == 0, err
    assert json.loads(out)["state"] in ("initiated", "watching")


def interrupted(cli: Cli, sandbox: Sandbox, scans: Path, **request: str) -> str:
    """Pushes until a request hangs, and interrupts; what was said."""
    sandbox.plan({**request, "hang_ms": 600_000, "times": 0})
    process = cli.start("push", *cli.place, scans, "--journal", "j.filed")
    eventually(lambda: sandbox.struck() > 0)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    sandbox.forget_faults()
    return err


def test_ctrl_c_tells_how_to_resume(sandbox: Sandbox, cli: Cli, scans: Path) -> None:
    # The whole job, and not some works by their ids, is read after the commit only.
    err = interrupted(cli, sandbox, scans, on="jobWorks", match='"filters":{"connectionJobIds"')
    assert "nothing was initiated" in err
    assert "python -m filed resume j.filed" in err
    code, out, err = cli.run("resume", "j.filed")
    assert code == 0, err
    assert "3 files: 3 imported" in out
    assert [job["initiated"] for job in sandbox.state()["jobs"]] == [1]


def test_ctrl_c_does_not_deny_a_request_to_initiate_that_is_on_its_way(
    sandbox: Sandbox, cli: Cli, scans: Path
) -> None:
    err = interrupted(cli, sandbox, scans, on="initiateTaxPrepsImport")
    assert "was on its way, and whether it took effect is not known" in err
    assert "nothing was initiated" not in err
    assert "python -m filed resume j.filed" in err


def test_a_push_interrupted_while_adding_is_never_imported_in_part(
    sandbox: Sandbox, cli: Cli, scans: Path
) -> None:
    place = dict(zip(("connection_id", "workspace_id"), cli.place[1::2], strict=False))
    opened = f"""
import filed
push = filed.Client().push(**{place!r}, job_name="Season", journal="j.filed")
push.add_client("Doe, Jane", external_id="Doe, Jane")
"""
    subprocess.run([sys.executable, "-c", opened], cwd=cli.directory, env=cli.variables, check=True)
    code, _, err = cli.run("resume", "j.filed")
    assert code == 2
    assert "run the command that began it once more" in err
    code, out, err = cli.push(scans, "--journal", "j.filed")
    assert code == 0, err
    assert "3 files: 3 imported" in out


def test_help_tells_the_exit_codes(cli: Cli) -> None:
    for arguments in (["--help"], ["push", "--help"], ["resume", "--help"]):
        code, out, _ = cli.run(*arguments)
        assert code == 0
        assert "130  interrupted" in out


@pytest.mark.parametrize("with_rich", [True, False])
def test_progress_is_shown_on_a_terminal_only(
    sandbox: Sandbox, cli: Cli, scans: Path, with_rich: bool
) -> None:
    import pty

    if with_rich:
        pytest.importorskip("rich")
    else:
        (cli.directory / "rich.py").write_text("raise ImportError")
        cli.variables["PYTHONPATH"] = str(cli.directory)
    cli.variables["TERM"] = "xterm"
    terminal, end = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "filed", "push", *cli.place, scans, "--json"],
        cwd=cli.directory,
        env=cli.variables,
        stdout=subprocess.PIPE,
        stderr=end,
    )
    os.close(end)
    shown = drain(terminal)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert json.loads(out)["state"] == "done"
    assert "3 of 3 files imported" in shown
    _, _, err = cli.push(scans)
    assert "\r" not in err


def drain(terminal: int) -> str:
    """Everything that is written to a terminal until its other end is closed."""
    data = bytearray()
    while True:
        try:
            chunk: Any = os.read(terminal, 65536)
        except OSError:
            chunk = b""
        if not chunk:
            os.close(terminal)
            return data.decode("utf-8", "replace")
        data += chunk
