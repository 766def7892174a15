"""`push` and `resume`: from a plan to a report."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from .. import _native
from .._client import Client
from .._codes import PushIncompleteError
from .._errors import FiledError
from .._push import Push
from .._push_types import Report
from . import exits, folder, manifest, output, progress
from .plan import Plan, Problem, check

# Files added with one write to the journal.
_BATCH = 500


def push(options: argparse.Namespace) -> int:
    """Pushes a folder or a manifest; the exit code."""
    plan = folder.read(options.folder) if options.folder else manifest.read(options.manifest)
    for note in dict.fromkeys(plan.notes):
        output.say(note)
    problems = [*_setting_problems(options), *check(plan)]
    if options.dry_run:
        return _tell_plan(options, plan, problems)
    if options.allow_partial:
        problems = [problem for problem in problems if not problem.is_of_the_disk]
    if problems:
        return _refuse(options, problems)
    with Client() as client:
        opened = client.push(
            connection_id=options.connection,
            workspace_id=options.workspace,
            job_name=options.job,
            journal=options.journal,
            allow_partial=options.allow_partial,
            on_existing=options.on_existing,
        )
        return _finish(options, opened, plan, options.journal)


def resume(options: argparse.Namespace) -> int:
    """Goes on with the push of a journal; the exit code."""
    with Client() as client:
        opened = client.resume(options.journal)
        if opened.progress().state == "open":
            # Committing now would import what happened to be added before the interruption.
            output.say(
                "this push was interrupted before everything was added: "
                "run the command that began it once more, with the same journal"
            )
            return exits.BAD_INPUT
        return _finish(options, opened, Plan(), options.journal)


def _setting_problems(options: argparse.Namespace) -> list[Problem]:
    """What is wrong with the settings and the names on the command line."""
    problems = []
    try:
        Client().close()
    except FiledError as e:
        problems.append(Problem(e.code, e.message, path=e.path))
    for value, name in (
        (options.connection, "--connection"),
        (options.workspace, "--workspace"),
        (options.job, "--job"),
    ):
        try:
            # A job's name obeys the rules of a client's, and an id those of an external id.
            is_job = name == "--job"
            _native.validate_client(value if is_job else "name", "id" if is_job else value)
        except FiledError as e:
            problems.append(Problem(e.code, f"{name}: {e.message}"))
    return problems


def _tell_plan(options: argparse.Namespace, plan: Plan, problems: list[Problem]) -> int:
    if options.json:
        output.show_json({"clients": len(plan.clients), "files": plan.files, "problems": problems})
    else:
        output.show_problems(problems)
        output.show_plan(plan, problems)
    return exits.BAD_INPUT if problems else exits.DONE


def _refuse(options: argparse.Namespace, problems: list[Problem]) -> int:
    output.show_problems(problems)
    output.say("nothing was sent")
    if options.json:
        output.show_json({"problems": problems})
    return exits.BAD_INPUT


def _finish(options: argparse.Namespace, push: Push, plan: Plan, journal: Path | None) -> int:
    """Adds what is planned, commits, watches, reports."""
    deadline = None if options.timeout is None else time.monotonic() + options.timeout
    try:
        with progress.shown(push):
            _add(push, plan)
            push.commit(timeout=_left(deadline))
            report = push.report() if options.no_wait else push.wait(timeout=_left(deadline))
    except PushIncompleteError as e:
        _tell_report(options, push.report())
        output.show_error(e)
        return exits.SOME_FAILED
    except KeyboardInterrupt:
        _tell_interruption(push, journal)
        return exits.INTERRUPTED
    _tell_report(options, report)
    failed = report.failed_clients or report.failed_files
    return exits.SOME_FAILED if failed else exits.DONE


def _add(push: Push, plan: Plan) -> None:
    for planned in plan.clients:
        client = push.add_client(planned.name, external_id=planned.external_id)
        files = [planned_file.file for planned_file in planned.files]
        for start in range(0, len(files), _BATCH):
            client.add_files(files[start : start + _BATCH])


def _left(deadline: float | None) -> float | None:
    return None if deadline is None else max(0.0, deadline - time.monotonic())


def _tell_report(options: argparse.Namespace, report: Report) -> None:
    if options.json:
        output.show_json(report)
    else:
        output.show_report(report)


def _tell_interruption(push: Push, journal: Path | None) -> None:
    state = push.progress().state
    if state in ("initiated", "watching", "done"):
        output.say("interrupted; the import goes on at Filed")
    else:
        push.cancel()
        certain = "nothing was initiated" if state == "open" else _standing(push)
        output.say(f"interrupted; {certain}")
    if journal is None:
        output.say("only a push with a --journal can be gone on with")
    elif state == "open":
        output.say("run the same command again to go on")
    else:
        output.say(f"go on with: python -m filed resume {journal}")


def _standing(push: Push) -> str:
    """Whether a committed push that was cancelled had initiated its import: it says so itself."""
    try:
        push.wait(timeout=10)
    except FiledError as e:
        stopped = e.code in ("CANCELLED", "IMPORT_OUTCOME_UNKNOWN")
        if e.code == "WAIT_TIMED_OUT" or (stopped and e.effect == "unknown"):
            return (
                "the request to initiate the import was on its way, and whether it took effect is "
                "not known; it is never sent a second time: resuming looks for what became of it"
            )
        if not (stopped and e.effect == "applied"):
            return "nothing was initiated"
    return "the import had been initiated and goes on at Filed"
