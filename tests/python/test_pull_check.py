"""The check of a platform, from Python and from the command line."""

from __future__ import annotations

import asyncio
import json
import signal
import threading
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import filed
import pytest
from filed import pull

from pulled import KEY, Platform
from test_pull_cli import command


class Defective(BaseHTTPRequestHandler):
    """Answers everything with 200 and an error, even to strangers."""

    asked = threading.Event()
    go_on = threading.Event()

    def do_GET(self) -> None:
        self.asked.set()
        self.go_on.wait(60)
        body = b'{"error": "no"}'
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_HEAD = do_GET

    def log_message(self, *arguments: object) -> None:
        """Says nothing."""


@pytest.fixture
def defective() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Defective) as server:
        server.daemon_threads = True
        Defective.go_on.set()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_defective_platform_is_found_out(defective: str) -> None:
    report = pull.check(defective, api_key=KEY)
    assert not report.passed
    assert report.base_url.rstrip("/") == defective
    assert report.requests > 0
    assert report.checks
    worst = report.findings[0]
    assert (worst.severity, worst.times > 0) == ("error", True)
    assert worst.code in report.words
    assert json.loads(report.json)["findings"][0]["code"] == worst.code
    cases = ElementTree.fromstring(report.junit)
    assert cases.iter("failure")
    assert KEY not in report.words + report.json + report.junit + repr(report)


def test_a_platform_of_ours_is_checked_without_harm() -> None:
    platform = Platform()
    with pull.Server(platform, keys={"filed": KEY}, limits=pull.Limits(rate=None)) as server:
        report = pull.check(server.url, api_key=KEY, writes=False)
        assert platform.notes == []
        assert platform.received == {}
        codes = {found.code for found in report.findings if found.severity == "error"}
        assert not codes, report.words
        pull.check(server.url, api_key=KEY, client_id="bob")
        assert platform.notes


def test_a_check_can_be_awaited(defective: str) -> None:
    report = asyncio.run(pull.check_async(defective, api_key=KEY))
    assert not report.passed


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"base_url": "ftp://x"}, "base_url"),
        ({"base_url": "https://x"}, "credentials"),
        ({"base_url": "https://x", "api_key": KEY, "document": "{"}, "document"),
        ({"base_url": "https://x", "api_key": KEY, "mapping": "{"}, "mapping"),
    ],
)
def test_a_wrong_argument_is_an_error(settings: dict[str, str], text: str) -> None:
    with pytest.raises(filed.InvalidArgumentError, match=text):
        pull.check(**settings)  # type: ignore[arg-type]


def test_the_command_tells_words_json_and_junit(defective: str, tmp_path: Path) -> None:
    junit = tmp_path / "report.xml"
    process = command("check", defective, "--json", "--junit", junit, FILED_PULL_KEY=KEY)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (1, "")
    found = json.loads(out)["findings"]
    assert found
    assert ElementTree.parse(junit).getroot().tag in ("testsuite", "testsuites")
    process = command("check", defective, "--read-only", FILED_PULL_KEY=KEY)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (1, "")
    assert found[0]["code"] in out
    process = command("check", "ftp://x", FILED_PULL_KEY=KEY)
    assert process.communicate(timeout=60)[0] == ""
    assert process.returncode == 2
    process = command("check", defective, "--mapping", tmp_path / "gone", FILED_PULL_KEY=KEY)
    assert "cannot be read" in process.communicate(timeout=60)[1]
    assert process.returncode == 2


def test_ctrl_c_ends_a_check(defective: str) -> None:
    Defective.go_on.clear()
    Defective.asked.clear()
    process = command("check", defective, FILED_PULL_KEY=KEY)
    assert Defective.asked.wait(30)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    Defective.go_on.set()
    assert process.returncode == 130
