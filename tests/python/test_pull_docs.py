"""The documents of a pull API, from Python and from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import filed
import pytest
from filed import pull

from pulled import KEY, Platform, connect
from test_pull_cli import command

BASE = "https://ledger.example.com"
ABOUT = pull.About(
    platform="Ledger",
    contact="api@ledger.example.com",
    credentials="Grace hands them over.",
    webhooks=(pull.Webhook("file.created", "When a client uploads a file."),),
)


def test_the_documents_are_filled_in() -> None:
    made = pull.docs(BASE, about=ABOUT, api_key=KEY, oauth_client=("sandbox", f"{KEY}-secret"))
    described = json.loads(made.openapi)
    assert described["openapi"] == "3.1.0"
    assert described["servers"] == [{"url": BASE}]
    assert described["info"]["contact"] == {"email": "api@ledger.example.com"}
    assert list(described["webhooks"]) == ["file.created"]
    for text in (made.markdown, made.html):
        for part in (BASE, "Ledger", "Grace hands them over.", KEY, f"{KEY}-secret"):
            assert part in text
    assert KEY not in made.openapi + repr(made)


def test_what_the_server_shows_is_of_the_platform_and_holds_no_secret() -> None:
    with pull.Server(Platform(), keys={"filed": KEY}, about=ABOUT) as server:
        connection = connect(server)
        connection.request("GET", "/docs")
        page = connection.getresponse().read().decode()
        connection.close()
        assert "Grace hands them over." in page
        assert KEY not in page


def test_they_are_written_to_a_folder(tmp_path: Path) -> None:
    made = pull.docs(BASE)
    made.write(tmp_path / "new" / "folder")
    for name, text in (
        ("openapi.json", made.openapi),
        ("pull-api.md", made.markdown),
        ("pull-api.html", made.html),
    ):
        assert (tmp_path / "new" / "folder" / name).read_text("utf-8") == text


def test_a_url_that_is_none_is_an_error() -> None:
    with pytest.raises(filed.ConfigInvalidError, match="base_url"):
        pull.docs("ledger.example.com")


def test_the_command_writes_them(tmp_path: Path) -> None:
    said = ["--platform", "Ledger", "--webhook", "file.created=When it is there."]
    process = command("docs", BASE, tmp_path, *said, FILED_PULL_KEY=KEY)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (0, "", "")
    assert KEY in (tmp_path / "pull-api.md").read_text("utf-8")
    assert "file.created" in json.loads((tmp_path / "openapi.json").read_text("utf-8"))["webhooks"]
    (tmp_path / "file").touch()
    for arguments in ((BASE, tmp_path / "file"), ("ftp://x", tmp_path), (BASE,)):
        process = command("docs", *arguments)
        assert process.communicate(timeout=30)[0] == ""
        assert process.returncode == 2
