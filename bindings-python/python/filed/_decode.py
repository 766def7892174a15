"""From what `filed._native` hands over to the package's types, and back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, is_dataclass
from typing import Any, TypeVar

from ._errors import GraphqlError
from ._types import Artifact, GraphqlAnswer, JobWork

T = TypeVar("T")


def one(cls: Callable[..., T]) -> Callable[[str], T]:
    """Reads one object of JSON text."""
    return lambda text: cls(**json.loads(text))


def many(cls: Callable[..., T]) -> Callable[[str], list[T]]:
    """Reads a list of objects of JSON text."""
    return lambda text: [cls(**item) for item in json.loads(text)]


def job_work(*, artifacts: list[dict[str, Any]], **fields: Any) -> JobWork:
    return JobWork(artifacts=tuple(Artifact(**item) for item in artifacts), **fields)


def graphql_answer(
    raw: tuple[str, tuple[tuple[str, str | None, str | None], ...], str | None],
) -> GraphqlAnswer:
    data, errors, request_id = raw
    return GraphqlAnswer(json.loads(data), tuple(GraphqlError(*e) for e in errors), request_id)


def dump(name: str, value: object) -> str:
    """JSON text of an argument; a `TypeError` or `ValueError` that names it otherwise."""
    try:
        return json.dumps(value, allow_nan=False)
    except TypeError as e:
        raise TypeError(f"{name} must be JSON: {e}") from None
    except ValueError as e:
        raise ValueError(f"{name} must be JSON: {e}") from None


def dump_object(name: str, value: Mapping[str, Any] | None) -> str | None:
    """JSON text of an argument that is an object, or was not given."""
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise TypeError(f"{name} must be a mapping, not {type(value).__name__}")
    return dump(name, dict(value))


def dump_items(name: str, items: Iterable[Any], cls: type) -> str:
    """JSON text of a list of `cls` or of mappings with its fields."""
    if isinstance(items, (str, bytes, Mapping)):
        raise TypeError(f"{name} must be a list of {cls.__name__}, not {type(items).__name__}")
    return dump(name, [_fields(name, n, item, cls) for n, item in enumerate(items)])


def _fields(name: str, position: int, item: Any, cls: type) -> dict[str, Any]:
    if not isinstance(item, cls):
        if not isinstance(item, Mapping):
            raise TypeError(
                f"{name}[{position}] must be a {cls.__name__} or a mapping, "
                f"not {type(item).__name__}"
            )
        try:
            item = cls(**item)
        except TypeError as e:
            raise TypeError(f"{name}[{position}]: {e}") from None
    assert is_dataclass(item) and not isinstance(item, type)
    return asdict(item)


def strings(name: str, values: Iterable[str] | None) -> list[str]:
    """A list of strings; nothing becomes an empty one."""
    if values is None:
        return []
    if isinstance(values, (str, bytes)):
        raise TypeError(f"{name} must be a list of strings, not one {type(values).__name__}")
    return list(values)


def text(name: str, value: str) -> str:
    """A string that can be sent; a `TypeError` or `ValueError` that names it otherwise."""
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a string, not {type(value).__name__}")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{name} is not text: it holds half a character") from None
    return value


def optional_text(name: str, value: str | None) -> str | None:
    """As `text`, for an argument that was perhaps not given."""
    return None if value is None else text(name, value)
