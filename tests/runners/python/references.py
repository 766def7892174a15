"""`${…}` in a step's arguments."""

from __future__ import annotations

import re
from typing import Any

_REFERENCE = re.compile(r"\$\{([^}]*)\}")


class Unresolved(Exception):
    """A reference that leads nowhere."""


def resolve(value: Any, values: dict[str, Any]) -> Any:
    """`value` with every reference replaced by what it stands for."""
    if isinstance(value, dict):
        return {key: resolve(item, values) for key, item in value.items()}
    if isinstance(value, list):
        return [resolve(item, values) for item in value]
    if not isinstance(value, str):
        return value
    whole = _REFERENCE.fullmatch(value)
    if whole:
        return _look_up(whole[1], values)
    return _REFERENCE.sub(lambda match: str(_look_up(match[1], values)), value)


def _look_up(reference: str, values: dict[str, Any]) -> Any:
    found: Any = values
    for part in reference.split("."):
        try:
            found = found[int(part)] if isinstance(found, list) else found[part]
        except (KeyError, IndexError, TypeError, ValueError):
            raise Unresolved(reference) from None
    return found
