"""Exceptions: one class per code, with the built-in base a person would expect."""

from __future__ import annotations

import builtins
import pickle
import re
from pathlib import Path

import filed
import pytest
from filed import _codes, _errors

from sandbox import ROOT, Sandbox

ROW = re.compile(
    r'^\s*\w+ = (?P<number>\d+), "(?P<code>[A-Z_]+)", retry: (?P<retry>true|false), '
    r'py: "(?P<base>\w*)",$',
    re.MULTILINE,
)
TABLE = (ROOT / "core/src/error/table.rs").read_text("utf-8")
ROWS = [match.groupdict() for match in ROW.finditer(TABLE)]


def class_of(code: str) -> type[filed.FiledError]:
    (found,) = (
        cls
        for cls in vars(_codes).values()
        if isinstance(cls, type) and issubclass(cls, filed.FiledError) and cls.code == code
        if cls is not filed.FiledError
    )
    return found


def test_the_table_was_found() -> None:
    assert len(ROWS) == len(_codes.__all__) > 40


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["code"]))
def test_every_code_has_its_class(row: dict[str, str]) -> None:
    cls = class_of(row["code"])
    assert getattr(filed, cls.__name__) is cls
    assert cls.number == int(row["number"])
    assert cls.retryable is (row["retry"] == "true")
    if row["base"]:
        assert issubclass(cls, getattr(builtins, row["base"]))
    made = _errors.from_native(row["code"], "what to do", graphql_errors=(), path=None)
    assert type(made) is cls
    with pytest.raises(filed.FiledError):
        raise made


def test_an_error_survives_pickling_with_every_field() -> None:
    error = filed.FileNotFound(
        "gone",
        operation="uploads.file",
        http_status=404,
        graphql_errors=(filed.GraphqlError("m", "C", "p.1"),),
        request_id="r",
        attempts=2,
        external_id="f1",
        path=Path("/some/w2.pdf"),
        effect="unknown",
    )
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is filed.FileNotFound
    assert vars(again) == vars(error)
    assert str(again) == "uploads.file: gone"


def test_an_error_tells_what_happened(sandbox: Sandbox, client: filed.Client) -> None:
    with pytest.raises(filed.NotFoundError) as raised:
        client.jobs.create("connection_none", "x")
    error = raised.value
    assert (error.code, error.number, error.retryable) == ("NOT_FOUND", 501, False)
    assert error.operation == "jobs.create"
    assert error.attempts == 1
    assert error.effect == "not_applied"
    assert error.graphql_errors[0].code == "NOT_FOUND"


def test_a_missing_file_is_a_file_not_found_error(client: filed.Client, tmp_path: Path) -> None:
    path = tmp_path / "PLANTED-taxpayer.pdf"
    with pytest.raises(FileNotFoundError) as raised:
        client.uploads.file(path)
    error = raised.value
    assert isinstance(error, filed.FileNotFound)
    assert error.path == path
    assert "PLANTED" not in str(error) + repr(error)


def test_an_unreachable_server_is_a_connection_error() -> None:
    client = filed.Client(
        api_key="k", source_platform="s", gateway_url="http://127.0.0.1:1/", max_attempts=1
    )
    with client, pytest.raises(ConnectionError) as e:
        client.me()
    assert isinstance(e.value, filed.ConnectFailedError)
    assert e.value.retryable
