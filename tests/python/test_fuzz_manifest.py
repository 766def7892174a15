"""A manifest of any bytes: a plan, or problems with their lines; never an exception."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path

import pytest
from filed.cli import manifest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as some

KEPT = Path(__file__).parents[1] / "fuzz" / "corpus" / "manifest"
EXAMPLES = 50_000 if os.environ.get("FILED_TEST_LONG") else 500
COLUMNS = ["client_external_id", "client_name", "file_external_id", "path", "url", "category"]


def check(path: Path) -> None:
    plan = manifest.read(path)
    lines = path.read_bytes().count(b"\n") + path.read_bytes().count(b"\r") + 1
    for problem in plan.problems:
        assert problem.code == "INVALID_ARGUMENT"
        assert problem.place is None or 1 <= problem.place.line <= lines
    for client in plan.clients:
        assert client.external_id.strip() and client.name.strip()
        for planned in client.files:
            assert planned.file.external_id.strip()
            assert bool(planned.file.path) != bool(planned.file.url)
    assert plan.problems or plan.clients


@pytest.mark.parametrize("kept", sorted(KEPT.iterdir()), ids=lambda path: path.name)
def test_what_was_kept_is_read(kept: Path) -> None:
    check(kept)


def table(rows: list[list[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8", "surrogatepass")


values = some.one_of(some.sampled_from(["", " ", "a", "b", 'q"uote', "line\nbreak"]), some.text())
tables = some.lists(some.lists(values, min_size=5, max_size=7), max_size=6)


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=some.one_of(some.binary(), tables.map(lambda rows: table([COLUMNS, *rows]))))
@example(data=b"\xef\xbb\xbfclient_external_id\x00")
@example(data=b'client_external_id,"client_name\n')
def test_any_bytes_are_a_plan_or_problems(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "manifest.csv"
    path.write_bytes(data)
    check(path)
