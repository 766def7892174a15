"""Results and errors as JSON, in the words all runners use."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import filed


def words(value: Any) -> Any:
    """A result as JSON."""
    if isinstance(value, filed.FiledError):
        return error_words(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = dataclasses.fields(value)
        return {field.name: words(getattr(value, field.name)) for field in fields}
    if isinstance(value, Mapping):
        return {key: words(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [words(item) for item in value]
    if isinstance(value, Path):
        return str(value)
    return value


def error_words(error: Exception) -> dict[str, Any]:
    """An error with every field."""
    if not isinstance(error, filed.FiledError):
        return {"code": "FOREIGN", "message": f"{type(error).__name__}: {error}"}
    return {
        "code": error.code,
        "message": error.message,
        "operation": error.operation,
        "http_status": error.http_status,
        "external_id": error.external_id,
        "path": None if error.path is None else str(error.path),
        "effect": error.effect,
        "retryable": error.retryable,
        "attempts": error.attempts,
    }
