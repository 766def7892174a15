"""Manifests of `python -m filed push`: one line per document."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli import Cli, attached
from sandbox import Sandbox

HEADER = "client_external_id,client_name,file_external_id,path,url,category,mime_type\r\n"


def test_a_manifest_is_pushed(sandbox: Sandbox, cli: Cli, scans: Path, tmp_path: Path) -> None:
    sandbox.host("1099.pdf", b"%PDF-1.7 by url", "application/pdf")
    url = f"{sandbox.ready['hosted_url']}/1099.pdf"
    manifest = tmp_path / "clients.csv"
    manifest.write_bytes(
        b"\xef\xbb\xbf"
        + HEADER.encode()
        + b'c1,"Smith, John",f1,"scans/Smith, John/w2.pdf",,w2,application/pdf\r\n'
        + b"\r\n"
        + f'c1,"Smith, John",f2,,{url},,\r\n'.encode()
        + b'c2,"M\xc3\xbcller",f3,"scans/Doe, Jane/notes.csv",,,\r\n'
    )
    code, out, err = cli.push("--manifest", manifest, "--json")
    assert code == 0, err
    report = json.loads(out)
    assert report["state"] == "done"
    assert report["files"]["imported"] == 3
    assert attached(sandbox) == {"c1": ["f1", "f2"], "c2": ["f3"]}
    assert "Müller" in {work["name"] for work in sandbox.state()["works"]}


BAD_MANIFESTS: dict[str, tuple[bytes, list[str]]] = {
    "unknown column": (b"client_external_id,client,path\n", ["line 1, column client: unknown"]),
    "missing column": (b"client_external_id,path\n", ["line 1, column client_name: this column"]),
    "column twice": (HEADER.strip().encode() + b",path\n", ["line 1, column path: this column"]),
    "no source": (HEADER.encode() + b"c1,A,f1,,,,\n", ["line 2, column path: give either"]),
    "two sources": (HEADER.encode() + b"c1,A,f1,a,https://b/,,\n", ["line 2, column path: give"]),
    "no id": (HEADER.encode() + b"c1,A,,a,,,\n", ["line 2, column file_external_id"]),
    "short line": (HEADER.encode() + b"c1,A,f1\n", ["line 2: this line has 3 values"]),
    "other name": (
        HEADER.encode() + b"c1,A,f1,here,,,\nc1,B,f2,here,,,\n",
        ["line 3, column client_name: this client has another name on line 2"],
    ),
    "id twice": (
        HEADER.encode() + b"c1,A,f1,here,,,\nc1,A,f1,here,,,\n",
        ["line 3, column file_external_id: this external id is used twice, first on line 2"],
    ),
    "not UTF-8": (HEADER.encode() + b"c1,A,f1,here,,,\nc1,\xff,f2,here,,,\n", ["line 3: the man"]),
    "open quote": (HEADER.encode() + b'c1,"A,f1,here,,,\n', ["line 2: this is not CSV"]),
    "no lines": (HEADER.encode(), ["the manifest has no line"]),
    "every problem": (
        HEADER.encode()
        + b"c1,A,f1,missing,,,\nc2,B,f2,empty,,,\nc3,C,f3,folder,,,\nc4,D,f4,,ftp://x/,,\n"
        + b"c5, ,f5,here,,,\nc6,F,f6 ,here,,,\nc7,G,f7,here,,,pdf\n",
        [
            "FILE_NOT_FOUND: line 2, column path",
            "FILE_EMPTY: line 3, column path",
            "FILE_NOT_REGULAR: line 4, column path",
            "INVALID_ARGUMENT: line 5, column url",
            "INVALID_ARGUMENT: line 6, column client_name",
            "INVALID_ARGUMENT: line 7, column file_external_id",
            "INVALID_ARGUMENT: line 8, column mime_type",
        ],
    ),
}


@pytest.mark.parametrize("kind", BAD_MANIFESTS)
@pytest.mark.parametrize("dry", [True, False])
def test_a_bad_manifest_is_told_by_line_and_column_and_nothing_is_sent(
    sandbox: Sandbox, cli: Cli, tmp_path: Path, kind: str, dry: bool
) -> None:
    content, expected = BAD_MANIFESTS[kind]
    (tmp_path / "here").write_text("content")
    (tmp_path / "empty").touch()
    (tmp_path / "folder").mkdir()
    (tmp_path / "clients.csv").write_bytes(content)
    code, _, err = cli.push("--manifest", "clients.csv", *(["--dry-run"] if dry else []))
    assert code == 2
    for words in expected:
        assert words in err
    assert sandbox.requests() == 0
