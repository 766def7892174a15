"""What a provider raises to tell Filed why it did not do what it was asked to."""

from __future__ import annotations


class ProviderError(Exception):
    """The base of what a provider raises on purpose.

    Two built-ins are understood as well: `FileNotFoundError` is `NotFound`, and `ConnectionError`
    and `TimeoutError` are `Unavailable`. Any other exception is a defect: Filed gets a 500 that
    tells nothing of it, and it goes to `sys.unraisablehook`. `KeyError` is a defect too, since a
    slip in a dictionary must not look like a client that does not exist.
    """


class NotFound(ProviderError, LookupError):
    """There is no such client or file, or this caller may not know of it. Filed gets a 404."""


class Invalid(ProviderError, ValueError):
    """The input cannot be used. Filed gets a 422 with this text: say what to correct, and name no
    client."""


class Forbidden(ProviderError, PermissionError):
    """The caller may not do this. Filed gets a 403."""


class Unavailable(ProviderError, ConnectionError):
    """It may work later, after `retry_after` seconds when that is known. Filed gets a 503."""

    def __init__(self, *arguments: object, retry_after: float | None = None) -> None:
        super().__init__(*arguments)
        self.retry_after = retry_after


class TransferError(ProviderError, ConnectionError):
    """Raised by the content of a file that comes in: the transfer broke, stalled or grew beyond its
    limit. Keep nothing of it and let the exception pass; Filed is told the reason."""


def sorted_out(error: BaseException) -> tuple[str, str, float | None]:
    """What an exception means to the caller: kind, text and wait. `failed` is a defect."""
    if isinstance(error, (NotFound, FileNotFoundError)):
        return "not found", "", None
    if isinstance(error, Invalid):
        return "invalid", str(error), None
    if isinstance(error, Forbidden):
        return "forbidden", "", None
    if isinstance(error, TransferError):
        return "transfer", "", None
    if isinstance(error, Unavailable):
        return "unavailable", "", error.retry_after
    if isinstance(error, (ConnectionError, TimeoutError)):
        return "unavailable", "", None
    return "failed", "", None
