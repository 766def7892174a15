"""What is to be pushed, read from a folder or a manifest, and everything that is wrong with it.

A problem names an item by its external id and, for a manifest, by line and column; a path is in a
field of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from .. import _native
from .._errors import FiledError
from .._push_files import NewFile, checked

_ARGUMENT = re.compile(r"^(?:argument )?`?(external_id|name|category|mime_type)\b")

_OF_THE_DISK = ("FILE_NOT_FOUND", "FILE_UNREADABLE", "FILE_EMPTY", "FILE_NOT_REGULAR")


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a manifest something stands."""

    line: int
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that keeps the plan from being pushed."""

    code: str
    message: str
    external_id: str | None = None
    path: Path | None = None
    place: Place | None = None

    @property
    def is_of_the_disk(self) -> bool:
        """Whether it is a file's own trouble, with which the rest could still be pushed."""
        return self.external_id is not None and self.code in _OF_THE_DISK


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """A file to add, and the line that asks for it."""

    file: NewFile
    line: int | None = None


@dataclass(slots=True)
class PlannedClient:
    """A client to add, with its files."""

    name: str
    external_id: str
    line: int | None = None
    files: list[PlannedFile] = field(default_factory=list)


@dataclass(slots=True)
class Plan:
    """Everything to add. `problems` are those of reading; `check` finds the others."""

    clients: list[PlannedClient] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def files(self) -> int:
        """How many files there are."""
        return sum(len(client.files) for client in self.clients)


def check(plan: Plan) -> list[Problem]:
    """Every problem of the plan. Looks at each file on disk; sends nothing."""
    return [*plan.problems, *_duplicates(plan), *_entries(plan)]


def _duplicates(plan: Plan) -> Iterator[Problem]:
    clients = ((c.external_id, c.line, "client_external_id") for c in plan.clients)
    files = (
        (planned.file.external_id, planned.line, "file_external_id")
        for client in plan.clients
        for planned in client.files
    )
    for entries in (clients, files):
        seen: dict[str, int | None] = {}
        for external_id, line, column in entries:
            if external_id in seen:
                first = seen[external_id]
                where = "" if first is None else f", first on line {first}"
                yield Problem(
                    "DUPLICATE_EXTERNAL_ID",
                    f"this external id is used twice{where}",
                    external_id,
                    place=None if line is None else Place(line, column),
                )
            else:
                seen[external_id] = line


def _entries(plan: Plan) -> Iterator[Problem]:
    for client in plan.clients:
        validate = partial(_native.validate_client, client.name, client.external_id)
        yield from _refusal(client.external_id, client.line, _client_column, validate)
        for planned in client.files:
            validate = partial(_validate_file, planned.file)
            column = _url_column if planned.file.url else _path_column
            yield from _refusal(planned.file.external_id, planned.line, column, validate)


def _validate_file(file: NewFile) -> None:
    _native.validate_file(checked(file))


def _refusal(
    external_id: str,
    line: int | None,
    column: Callable[[FiledError], str],
    validate: Callable[[], object],
) -> Iterator[Problem]:
    """What the library would say to this entry."""
    try:
        validate()
    except FiledError as e:
        place = None if line is None else Place(line, column(e))
        yield Problem(e.code, e.message, e.external_id or external_id, e.path, place)
    except ValueError:
        # Only a name from a disk is not text; in the id of the problem its bytes are escaped.
        yield Problem("INVALID_ARGUMENT", "the name is not UTF-8", _text(external_id))


def _client_column(error: FiledError) -> str:
    return f"client_{_argument(error) or 'name'}"


def _path_column(error: FiledError) -> str:
    return _file_column(error, "path")


def _url_column(error: FiledError) -> str:
    return _file_column(error, "url")


def _file_column(error: FiledError, source: str) -> str:
    """The column of a manifest that an error about a file is about: its source, if no other."""
    argument = _argument(error)
    if argument == "external_id":
        return "file_external_id"
    return argument if argument in ("category", "mime_type") else source


def _argument(error: FiledError) -> str | None:
    found = _ARGUMENT.search(error.message)
    return None if found is None else found[1]


def _text(name: str) -> str:
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
