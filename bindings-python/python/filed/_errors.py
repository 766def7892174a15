"""`FiledError`, the base of everything that is raised. One class per code is in `_codes`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal

Effect = Literal["applied", "not_applied", "unknown"]

_BY_CODE: dict[str, type[FiledError]] = {}


@dataclass(frozen=True, slots=True)
class GraphqlError:
    """One entry of a GraphQL answer's `errors`."""

    message: str
    """The server's text, shortened, without the caller's names and secrets."""
    code: str | None = None
    """`extensions.code`, such as `UNAUTHENTICATED`."""
    path: str | None = None
    """Where in the answer, such as `createJobWorks.3`."""


class FiledError(Exception):
    """What failed, on which item, and what to do next.

    The text names items by external id only. A path of this machine's disk is in `path`, so that a
    log of texts tells nothing about a taxpayer.
    """

    code: ClassVar[str] = "INTERNAL"
    """Stable in all languages and versions, such as `FILE_NOT_FOUND`."""
    number: ClassVar[int] = 0
    """The number of the code in C."""
    retryable: ClassVar[bool] = False
    """Whether the same call may succeed when it is simply made again later."""

    message: str
    """What failed and what to do."""
    operation: str | None
    """The operation, such as `jobs.create`."""
    http_status: int | None
    """The HTTP status of the last answer."""
    graphql_errors: tuple[GraphqlError, ...]
    """The GraphQL errors of the last answer."""
    request_id: str | None
    """The server's id of the last request, when it gave one."""
    attempts: int
    """How many times the request was sent; 0 when nothing was."""
    external_id: str | None
    """The external id of the client or file concerned."""
    path: Path | None
    """The path of the file concerned."""
    effect: Effect
    """Whether the failed request changed anything at Filed."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "code" in cls.__dict__:
            _BY_CODE.setdefault(cls.code, cls)

    def __init__(
        self,
        message: str,
        *,
        operation: str | None = None,
        http_status: int | None = None,
        graphql_errors: tuple[GraphqlError, ...] = (),
        request_id: str | None = None,
        attempts: int = 0,
        external_id: str | None = None,
        path: Path | None = None,
        effect: Effect = "not_applied",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.operation = operation
        self.http_status = http_status
        self.graphql_errors = graphql_errors
        self.request_id = request_id
        self.attempts = attempts
        self.external_id = external_id
        self.path = path
        self.effect = effect

    def __str__(self) -> str:
        return f"{self.operation}: {self.message}" if self.operation else self.message

    def __reduce__(self) -> tuple[Any, ...]:
        fields = {name: getattr(self, name) for name in _FIELDS}
        return _rebuild, (type(self), self.message, fields)


_FIELDS = (
    "operation",
    "http_status",
    "graphql_errors",
    "request_id",
    "attempts",
    "external_id",
    "path",
    "effect",
)


def _rebuild(cls: type[FiledError], message: str, fields: dict[str, Any]) -> FiledError:
    return cls(message, **fields)


def from_native(
    code: str,
    message: str,
    *,
    graphql_errors: tuple[tuple[str, str | None, str | None], ...],
    path: str | None,
    **fields: Any,
) -> FiledError:
    """The exception for an error of the core's; called by `filed._native`."""
    return _BY_CODE.get(code, FiledError)(
        message,
        graphql_errors=tuple(GraphqlError(*parts) for parts in graphql_errors),
        path=None if path is None else Path(path),
        **fields,
    )
