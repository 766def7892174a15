"""Settings by keyword, checked for their types. Values are checked by the core, which also reads
the `FILED_*` variables."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

_TEXT = ("api_key", "source_platform", "role", "gateway_url", "upload_url", "proxy")
_NUMBER = ("timeout", "connect_timeout", "stall_timeout")
_COUNT = ("max_concurrency", "max_attempts")
_PATH = ("ca_bundle", "wire_profile")


def checked(given: dict[str, Any]) -> dict[str, Any]:
    """`given` in the form that `filed._native` takes. A callable token becomes None."""
    settings: dict[str, Any] = {"partner_token": _token(given["partner_token"])}
    for names, check in ((_TEXT, _text), (_NUMBER, _number), (_COUNT, _count), (_PATH, _path)):
        for name in names:
            value = given[name]
            settings[name] = None if value is None else check(name, value)
    return settings


def _token(value: Any) -> str | None:
    if isinstance(value, str):
        return value
    if value is None or callable(value):
        return None
    raise _wrong("partner_token", "a string or a function", value)


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise _wrong(name, "a string", value)
    return value


def _number(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise _wrong(name, "a number of seconds", value)
    return float(value)


def _count(name: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _wrong(name, "a whole number", value)
    if not 0 <= value < 2**32:
        raise ValueError(f"setting `{name}` (FILED_{name.upper()}) is out of range")
    return value


def _path(name: str, value: Any) -> str:
    try:
        return os.fsdecode(value)
    except TypeError:
        raise _wrong(name, "a path", value) from None


def _wrong(name: str, wanted: str, value: object) -> TypeError:
    return TypeError(f"setting `{name}` must be {wanted}, not {type(value).__name__}")


TokenFunction = Callable[[], Any]
