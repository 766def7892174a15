"""From what `filed._native` hands over to a provider's types, and back.

Every check names the field, since the text goes to the provider's author.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any, TypeVar

from . import _types as t

T = TypeVar("T")

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def arguments(text: str) -> dict[str, Any]:
    """The arguments of a method, by name."""
    given: dict[str, Any] = json.loads(text)
    return {name: _READ.get(name, _as_it_is)(value) for name, value in given.items()}


def query(method: str, fields: dict[str, Any]) -> t.ClientQuery | t.FileQuery:
    """What a list is asked for."""
    since = fields.pop("modified_since")
    if since is not None:
        since = _EPOCH + timedelta(microseconds=since)
    of = t.ClientQuery if method == "list_clients" else t.FileQuery
    return of(modified_since=since, **fields)


def _as_it_is(value: Any) -> Any:
    return value


def _caller(value: dict[str, Any]) -> t.Caller:
    return t.Caller(value["id"], tuple(value["scopes"]))


def _credential(value: dict[str, Any]) -> t.Credential:
    configured = value.pop("configured")
    return t.Credential(configured=configured and _caller(configured), **value)


_READ: dict[str, Callable[[Any], Any]] = {
    "caller": _caller,
    "credential": _credential,
    "note": lambda fields: t.NewNote(**fields),
    "file": lambda fields: t.NewFile(**fields),
}


def clients(result: Any) -> str:
    """JSON text of what `list_clients` returned."""
    return _listed(result, t.Client, _client)


def files(result: Any) -> str:
    """JSON text of what `list_files` returned."""
    return _listed(result, t.File, _file)


def file(result: Any) -> str:
    """JSON text of a file."""
    return _text(_file(_a(t.File, result)))


def note(result: Any) -> str:
    """JSON text of a note."""
    kept = _a(t.Note, result)
    return _text(
        {
            "id": kept.id,
            "clientId": kept.client_id,
            "text": kept.text,
            "format": kept.format,
            "category": kept.category,
            "author": kept.author,
            "dateCreated": _instant("date_created", kept.date_created),
        }
    )


def caller(result: Any) -> str:
    """JSON text of whom `authenticate` found."""
    if result is None:
        return "null"
    found = _a(t.Caller, result)
    return _text({"id": found.id, "scopes": list(found.scopes)})


def _listed(result: Any, cls: type[T], write: Callable[[T], dict[str, Any]]) -> str:
    if isinstance(result, t.Page):
        items = [write(_a(cls, item)) for item in result.items]
        return _text({"page": {"items": items, "next": result.next, "total": result.total}})
    if not isinstance(result, Iterable) or isinstance(result, (str, bytes, Mapping)):
        name = cls.__name__
        raise TypeError(f"a list of {name} or a Page must be returned, not {_kind(result)}")
    return _text({"all": [write(_a(cls, item)) for item in result]})


def _client(client: t.Client) -> dict[str, Any]:
    return {
        "id": client.id,
        "name": client.name,
        "email": client.email,
        "phone": client.phone,
        "type": client.type,
        "lastModified": _instant("last_modified", client.last_modified),
    }


def _file(file: t.File) -> dict[str, Any]:
    return {
        "id": file.id,
        "name": file.name,
        "size": file.size,
        "mimeType": file.mime_type,
        "dateCreated": _instant("date_created", file.date_created),
        "dateModified": _instant("date_modified", file.date_modified),
        "metadata": dict(file.metadata),
    }


def _a(cls: type[T], value: Any) -> T:
    if not isinstance(value, cls):
        raise TypeError(f"a {cls.__name__} must be returned, not {_kind(value)}")
    return value


def _kind(value: object) -> str:
    return "nothing" if value is None else f"a {type(value).__name__}"


def _instant(name: str, value: datetime | None) -> str | None:
    if value is None:
        return None
    if not isinstance(value, datetime):
        raise TypeError(f"{name} must be a datetime, not {_kind(value)}")
    if value.utcoffset() is None:
        raise ValueError(f"{name} must say its time zone: use an aware datetime")
    return value.astimezone(timezone.utc).isoformat()


def _text(value: object) -> str:
    return json.dumps(value, allow_nan=False)
