"""`check` and `check_async`: play Filed against a platform's pull API and report what Filed would
trip over."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from .. import _bridge, _native

Severity: TypeAlias = Literal["note", "warning", "error"]
"""How bad a finding is: worth knowing; works until something else goes wrong; an import would fail,
lose something or expose something."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing Filed would trip over. It holds no client's name, no file's name, no credential."""

    code: str
    """Stable, such as `range-ignored`."""
    severity: Severity
    check: str
    """Which part of the check made it, such as `downloads`."""
    endpoint: str
    """Such as `GET /api/v1/clients`."""
    seen: str
    """What was seen, the first time."""
    times: int
    """How often."""
    trips: str
    """What Filed would trip over."""
    mend: str
    """How to mend it."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the check."""

    name: str
    """Such as `downloads`."""
    requests: int
    skipped: tuple[str, ...]
    """What could not be tried, and why."""


@dataclass(frozen=True, slots=True)
class Report:
    """What the check tried and what it found."""

    passed: bool
    """Whether everything was tried and no error was found; warnings and notes are allowed."""
    base_url: str
    findings: tuple[Finding, ...]
    """The worst first."""
    checks: tuple[Part, ...]
    """The parts of the check, in the order they ran."""
    requests: int
    took: float
    """Seconds."""
    stopped: str | None
    """Why the check ended before its end, when it did."""
    words: str = field(repr=False)
    """The report for people."""
    json: str = field(repr=False)
    """The report for programs."""
    junit: str = field(repr=False)
    """The report as JUnit XML: a test case per part, a failure per finding."""


def check(
    base_url: str,
    *,
    api_key: str | None = None,
    oauth_client: tuple[str, str] | None = None,
    document: str | None = None,
    mapping: str | None = None,
    ca_bundle: str | os.PathLike[str] | None = None,
    writes: bool = True,
    client_id: str | None = None,
    requests: int | None = None,
    time: float | None = None,
    clients: int | None = None,
    files: int | None = None,
) -> Report:
    """Plays Filed against the platform at `base_url`.

        report = pull.check("https://platform.example.com", api_key=key)
        print(report.words)

    It signs in with `api_key` or with `(id, secret)` of an OAuth 2.0 client. A platform that is not
    one of ours is described by its OpenAPI `document` and a `mapping`, both JSON or YAML text.
    Unless `writes` is off it posts notes and uploads small files to the client `client_id`, or to
    the first one, and does not remove them: use a test firm. `requests`, `time` in seconds,
    `clients` and `files` bound how far it goes. That the platform fails is a finding, no error.
    """
    return _report(_operation(locals()).run())


async def check_async(
    base_url: str,
    *,
    api_key: str | None = None,
    oauth_client: tuple[str, str] | None = None,
    document: str | None = None,
    mapping: str | None = None,
    ca_bundle: str | os.PathLike[str] | None = None,
    writes: bool = True,
    client_id: str | None = None,
    requests: int | None = None,
    time: float | None = None,
    clients: int | None = None,
    files: int | None = None,
) -> Report:
    """As `check`, for asyncio."""
    return _report(await _bridge.current().run(_operation(locals())))


def _operation(given: dict[str, Any]) -> _native.Operation:
    bundle = given["ca_bundle"]
    return _native.pull_check(
        {**given, "ca_bundle": None if bundle is None else os.fsdecode(bundle)}
    )


def _report(told: tuple[str, str, str]) -> Report:
    text, words, junit = told
    fields = json.loads(text)
    return Report(
        passed=fields["passed"],
        base_url=fields["base_url"],
        findings=tuple(Finding(**found) for found in fields["findings"]),
        checks=tuple(
            Part(part["name"], part["requests"], tuple(part["skipped"]))
            for part in fields["checks"]
        ),
        requests=fields["requests"],
        took=fields["took_ms"] / 1000,
        stopped=fields["stopped"],
        words=words,
        json=text,
        junit=junit,
    )
