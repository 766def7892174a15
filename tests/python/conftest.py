"""A sandbox for all tests, put back before each of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import filed
import pytest

from cli import Cli
from sandbox import Sandbox


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow: runs with `-m slow` or FILED_TEST_LONG=1")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if os.environ.get("FILED_TEST_LONG") or "slow" in str(config.getoption("-m")):
        return
    skip = pytest.mark.skip(reason="slow: set FILED_TEST_LONG=1")
    for item in items:
        if "slow" in item.keywords:
            item.add_marker(skip)


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[Sandbox]:
    sandbox = Sandbox()
    yield sandbox
    sandbox.stop()


@pytest.fixture
def sandbox(running_sandbox: Sandbox) -> Sandbox:
    running_sandbox.reset()
    return running_sandbox


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("FILED_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[filed.Client]:
    with filed.Client(**sandbox.settings) as client:
        yield client


@pytest.fixture
def w2(tmp_path: Path) -> Path:
    """A document."""
    path = tmp_path / "w2.pdf"
    path.write_bytes(b"%PDF-1.7\n" + bytes(range(256)) * 300)
    return path


@pytest.fixture
def cli(sandbox: Sandbox, tmp_path: Path) -> Cli:
    return Cli(sandbox, tmp_path)


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    """A firm's folder."""
    folder = tmp_path / "scans"
    for name, text in {
        "Smith, John/w2.pdf": "%PDF-1.7 w2",
        "Smith, John/2023/w2.pdf": "%PDF-1.7 older",
        "Smith, John/.DS_Store": "hidden",
        "Doe, Jane/notes.csv": "a,b",
        ".git/config": "hidden",
        "index.txt": "stray",
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (folder / "empty").mkdir()
    (folder / "Doe, Jane" / "circle").symlink_to(folder)
    return folder
