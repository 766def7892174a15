"""`python -m filed pull serve`: a folder served as it stands."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pulled import KEY, ask, post

ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("FILED_")}


def command(*arguments: str | Path, **variables: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "filed", "pull", *arguments],
        env={**ENVIRONMENT, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def clients(tmp_path: Path) -> Path:
    folder = tmp_path / "clients"
    for name in ("Ada", "Bob"):
        (folder / name).mkdir(parents=True)
        (folder / name / "w2.pdf").write_text(f"%PDF-1.7 {name}")
    return folder


@pytest.fixture
def serving(clients: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    process = command("serve", clients, "--port", "0", "--json", FILED_PULL_KEY=KEY)
    assert process.stdout is not None
    line = process.stdout.readline()
    yield json.loads(line)["url"], process
    process.kill()
    process.communicate()


def test_a_folder_is_served(serving: tuple[str, subprocess.Popen[str]], clients: Path) -> None:
    url, _ = serving
    listed = ask(url, "clients?sort=name").json()["data"]
    assert [client["name"] for client in listed] == ["Ada", "Bob"]
    ada = listed[0]["id"]
    (file,) = ask(url, f"clients/{ada}/files").json()["data"]
    assert ask(url, f"files/{file['id']}/download").body == b"%PDF-1.7 Ada"
    assert post(url, f"clients/{ada}/notes", {"text": "Ready"}).status == 201
    answer = ask(url, f"clients/{ada}/files?name=r.pdf", method="POST", body=b"return")
    assert answer.status == 201
    assert (clients / "Ada" / "From Filed" / "r.pdf").read_bytes() == b"return"
    assert ask(url, "clients", key="wrong").status == 401


@pytest.mark.parametrize("signal_sent", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_in_order(
    serving: tuple[str, subprocess.Popen[str]], signal_sent: signal.Signals
) -> None:
    url, process = serving
    assert ask(url, "clients").status == 200
    process.send_signal(signal_sent)
    _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, "")


def test_a_key_is_made_and_kept_and_not_shown(clients: Path) -> None:
    said = ""
    for _ in range(2):
        process = command("serve", clients, "--port", "0")
        assert process.stdout is not None
        line = process.stdout.readline()
        url = line.split()[2].rstrip(";")
        key_file = clients / ".filed" / "api-key"
        assert key_file.stat().st_mode & 0o777 == 0o600
        key = key_file.read_text().strip()
        assert ask(url, "clients", key=key).status == 200
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
        assert process.returncode == 0, err
        said += line + out + err
    assert key not in said
    assert str(clients) not in said
    assert said.count("a new API key") == 1


def test_what_cannot_be_served_ends_with_2(tmp_path: Path, clients: Path) -> None:
    for arguments in (
        ["serve", tmp_path / "nowhere"],
        ["serve", clients, "--host", "0.0.0.0"],
        ["serve", clients, "--tls", tmp_path / "no.pem", tmp_path / "no.key"],
        ["serve"],
        [],
    ):
        process = command(*arguments, FILED_PULL_KEY=KEY)
        _, err = process.communicate(timeout=30)
        assert process.returncode == 2, err
        assert "Traceback" not in err


def test_help_tells_the_exit_codes() -> None:
    for arguments in (["--help"], ["serve", "--help"]):
        out, _ = command(*arguments).communicate(timeout=30)
        assert "some transfers were cut off" in out
