"""A manifest: a CSV file with one line per document.

Columns: client_external_id, client_name, file_external_id, path, and optionally url, category,
mime_type. Each line has a path, relative to the manifest's folder, or a url.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from .._push_files import NewFile
from .plan import Place, Plan, PlannedClient, PlannedFile, Problem

_REQUIRED = ("client_external_id", "client_name", "file_external_id")
_SOURCES = ("path", "url")
_OPTIONAL = ("category", "mime_type")
_COLUMNS = (*_REQUIRED, *_SOURCES, *_OPTIONAL)

Row = dict[str, str]


def read(path: Path) -> Plan:
    """The plan of a manifest, with a problem for every line that cannot be used."""
    plan = Plan()
    text = _text(path, plan)
    if text is None:
        return plan
    clients: dict[str, PlannedClient] = {}
    for line, row in _rows(text, plan):
        problem = _add(row, line, path.parent, clients)
        if problem is not None:
            plan.problems.append(problem)
    plan.clients = list(clients.values())
    if not plan.clients and not plan.problems:
        plan.problems.append(Problem("INVALID_ARGUMENT", "the manifest has no line", path=path))
    return plan


def _text(path: Path, plan: Plan) -> str | None:
    try:
        data = path.read_bytes()
    except OSError as e:
        code = "FILE_NOT_FOUND" if isinstance(e, FileNotFoundError) else "FILE_UNREADABLE"
        reason = (e.strerror or type(e).__name__).lower()
        plan.problems.append(Problem(code, f"the manifest cannot be read: {reason}", path=path))
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as e:
        place = Place(data.count(b"\n", 0, e.start) + 1)
        plan.problems.append(_wrong("the manifest is not UTF-8 from here on", place))
        return None


def _rows(text: str, plan: Plan) -> Iterator[tuple[int, Row]]:
    """Each line's number and its values by column, once the header was found right."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] | None = None
    while True:
        line = reader.line_num + 1
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as e:
            plan.problems.append(_wrong(f"this is not CSV: {e}", Place(line)))
            return
        if not any(value.strip() for value in values):
            continue
        if header is None:
            header = [value.strip() for value in values]
            problems = list(_header_problems(header, line))
            plan.problems += problems
            if problems:
                return
        elif len(values) != len(header):
            message = f"this line has {len(values)} values, the header {len(header)}"
            plan.problems.append(_wrong(message, Place(line)))
        else:
            yield line, dict(zip(header, values, strict=True))


def _header_problems(header: list[str], line: int) -> Iterator[Problem]:
    for column in dict.fromkeys(header):
        if column not in _COLUMNS:
            yield _wrong(f"unknown column; there are {', '.join(_COLUMNS)}", Place(line, column))
        if header.count(column) > 1:
            yield _wrong("this column is there twice", Place(line, column))
    for column in _REQUIRED:
        if column not in header:
            yield _wrong("this column is missing", Place(line, column))
    if not any(column in header for column in _SOURCES):
        yield _wrong("the column path or url is missing", Place(line, "path"))


def _add(row: Row, line: int, folder: Path, clients: dict[str, PlannedClient]) -> Problem | None:
    """Adds a line's document, or says what is wrong with the line."""
    for column in _REQUIRED:
        if not row[column].strip():
            return _wrong("this value is missing", Place(line, column))
    path, url = row.get("path", ""), row.get("url", "")
    if bool(path) == bool(url):
        return _wrong("give either a path or a url", Place(line, "path"))
    client = clients.setdefault(
        row["client_external_id"],
        PlannedClient(row["client_name"], row["client_external_id"], line),
    )
    if client.name != row["client_name"]:
        return _wrong(
            f"this client has another name on line {client.line}", Place(line, "client_name")
        )
    file = NewFile(
        row["file_external_id"],
        path=folder / path if path else None,
        url=url or None,
        category=row.get("category") or None,
        mime_type=row.get("mime_type") or None,
    )
    client.files.append(PlannedFile(file, line))
    return None


def _wrong(message: str, place: Place) -> Problem:
    return Problem("INVALID_ARGUMENT", message, place=place)
