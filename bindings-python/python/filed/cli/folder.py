"""A folder with one sub-folder per client.

The sub-folder's name is the client's name and external id; a file's external id is that name and
the file's place in it, `Smith, John/2024/w2.pdf`. Hidden files and folders are left alone.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from .._push_files import NewFile
from .plan import Plan, PlannedClient, PlannedFile, Problem


def read(folder: Path) -> Plan:
    """The plan of a folder. What is left out of it is noted."""
    plan = Plan()
    try:
        entries = _shown(folder)
    except OSError as e:
        plan.problems.append(_unreadable(e, folder))
        return plan
    stray = sum(not entry.is_dir() for entry in entries)
    if stray:
        plan.notes.append(f"not sent, since they are in no client's folder: {stray} file(s)")
    for entry in entries:
        if entry.is_dir():
            _add_client(plan, entry)
    if not plan.clients and not plan.problems:
        plan.problems.append(
            Problem("INVALID_ARGUMENT", "the folder has no sub-folder with a file", path=folder)
        )
    return plan


def _add_client(plan: Plan, folder: Path) -> None:
    name = folder.name
    client = PlannedClient(name, name)
    for path in _files(plan, folder):
        external_id = f"{name}/{path.relative_to(folder).as_posix()}"
        client.files.append(PlannedFile(NewFile(external_id, path=path)))
    if client.files:
        plan.clients.append(client)
    else:
        plan.notes.append("a client's folder without a file is not sent")


def _files(plan: Plan, folder: Path) -> Iterator[Path]:
    """The files below `folder`. Linked folders are not entered: they may lead round in circles."""
    try:
        entries = _shown(folder)
    except OSError as e:
        plan.problems.append(_unreadable(e, folder))
        return
    for entry in entries:
        if not entry.is_dir():
            yield entry
        elif entry.is_symlink():
            plan.notes.append("a link to a folder is not followed")
        else:
            yield from _files(plan, entry)


def _shown(folder: Path) -> list[Path]:
    return sorted(folder / name for name in os.listdir(folder) if not name.startswith("."))


def _unreadable(error: OSError, folder: Path) -> Problem:
    reason = (error.strerror or type(error).__name__).lower()
    return Problem("FILE_UNREADABLE", f"the folder cannot be listed: {reason}", path=folder)
