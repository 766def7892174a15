"""Exit codes that scripts can use."""

from __future__ import annotations

from .._errors import FiledError

DONE = 0
SOME_FAILED = 1
BAD_INPUT = 2
NOT_ALLOWED = 3
UNREACHABLE = 4
JOURNAL = 5
OUTCOME_UNKNOWN = 6
DEFECT = 70
INTERRUPTED = 130

HELP = """\
exit codes:
  0    everything was imported; with --no-wait: initiated; with --dry-run: nothing is wrong
  1    some clients or files failed
  2    wrong usage, settings or input; nothing was sent
  3    the credentials were refused, or the account may not do this
  4    Filed could not be reached or answered with errors, or --timeout was over
  5    the journal cannot be used
  6    the outcome of a request is unknown: look at the job in Filed, then resume
  70   a defect in this program
  130  interrupted; the journal can be resumed
"""

PULL_HELP = """\
exit codes:
  0    ended as asked, and everything under way was finished
  1    some transfers were cut off
  2    wrong usage, settings or input
  70   a defect in this program
  130  interrupted a second time
"""

CHECK_HELP = """\
exit codes:
  0    everything was tried and no error was found; warnings and notes are allowed
  1    Filed would trip over something, or the check did not get to its end
  2    wrong usage, settings or input
  70   a defect in this program
  130  interrupted
"""

DOCS_HELP = """\
exit codes:
  0    the documents are written
  2    wrong usage, settings or input
  70   a defect in this program
"""

_BY_CODE = {
    "ROLE_MISMATCH": BAD_INPUT,
    "REQUEST_REJECTED": BAD_INPUT,
    "NOT_FOUND": BAD_INPUT,
    "CONNECTION_NOT_ACTIVE": BAD_INPUT,
    "EXTERNAL_ID_EXISTS": BAD_INPUT,
    "JOB_CLOSED": BAD_INPUT,
    "OUTCOME_UNKNOWN": OUTCOME_UNKNOWN,
    "IMPORT_OUTCOME_UNKNOWN": OUTCOME_UNKNOWN,
    "VERIFY_FAILED": UNREACHABLE,
    "PUSH_STATE": BAD_INPUT,
    "CANCELLED": INTERRUPTED,
    "WAIT_TIMED_OUT": UNREACHABLE,
}

_BY_GROUP = {
    1: BAD_INPUT,
    2: BAD_INPUT,
    3: UNREACHABLE,
    4: NOT_ALLOWED,
    5: UNREACHABLE,
    6: SOME_FAILED,
    7: JOURNAL,
}


def for_error(error: FiledError) -> int:
    """The exit code for an error that ended the command."""
    return _BY_CODE.get(error.code, _BY_GROUP.get(error.number // 100, DEFECT))
