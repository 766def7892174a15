"""What the command line says: reports and problems, for people or as JSON.

Nothing here shows a path or a client's name to a person's terminal, which may be a log; the JSON
report has paths in fields of their own.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .._errors import FiledError
from .._push_types import ClientReport, FileReport, Report
from .plan import Plan, Problem


def say(text: str) -> None:
    """Tells the person something beside the result."""
    print(f"filed: {text}", file=sys.stderr)


def show_json(value: Any) -> None:
    """Prints a result for programs."""
    print(json.dumps(plain(value), indent=2, ensure_ascii=True))


def show_error(error: FiledError) -> None:
    """Says why the command ended."""
    item = f" ({error.external_id})" if error.external_id else ""
    say(f"{error.code}: {error}{item}")


def show_problems(problems: Iterable[Problem]) -> None:
    """Says everything that is wrong with the input."""
    for problem in problems:
        where = problem.external_id or ""
        if problem.place is not None:
            where = f"line {problem.place.line}"
            if problem.place.column is not None:
                where += f", column {problem.place.column}"
        say(f"{problem.code}: {where + ': ' if where else ''}{problem.message}")


def show_plan(plan: Plan, problems: list[Problem]) -> None:
    """Says what would be pushed."""
    print(f"{len(plan.clients)} clients, {plan.files} files, {len(problems)} problems")


def show_report(report: Report) -> None:
    """Says what became of the push."""
    clients, files = report.clients, report.files
    print(f"{clients.total} clients: {clients.imported} imported, {clients.failed} failed")
    print(f"{files.total} files: {files.imported} imported, {files.failed} failed")
    failed: list[ClientReport | FileReport] = [*report.failed_clients, *report.failed_files]
    for item in failed:
        reason = item.state if item.error is None else f"{item.error.code}: {item.error.message}"
        print(f"  {item.external_id}: {reason}")
    for note in report.notes:
        print(f"  note: {note}")


def plain(value: Any) -> Any:
    """`value` as JSON knows it."""
    if isinstance(value, FiledError):
        return _error(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value)]
        return {name: plain(getattr(value, name)) for name in names}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, Path):
        return str(value)
    return value


def _error(error: FiledError) -> dict[str, Any]:
    return {
        "code": error.code,
        "message": error.message,
        "operation": error.operation,
        "external_id": error.external_id,
        "path": plain(error.path),
        "effect": error.effect,
        "retryable": error.retryable,
    }
