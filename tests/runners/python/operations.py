"""The operations of a scenario's steps."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import filed

from control import Control
from pushes import Pushes
from references import resolve
from words import words

Arguments = dict[str, Any]


class Unsupported(filed.FiledError):
    """An operation this runner does not know."""

    code = "UNSUPPORTED"


class Operations:
    """Clients and pushes of one scenario, and what can be done with them."""

    def __init__(
        self, control: Control, directory: Path, ready: dict[str, Any], client: Arguments
    ) -> None:
        self._control = control
        self._directory = directory
        self._ready = ready
        self._default = client
        self._clients: dict[str, filed.Client] = {}
        self._pushes = Pushes(directory)

    def close(self) -> None:
        """Lets go of everything that is still open."""
        self._pushes.close()
        for client in self._clients.values():
            client.close()

    def perform(self, op: str, given: Arguments) -> Any:
        """Carries out one operation; its result as JSON."""
        noun, _, verb = op.partition(".")
        if op == "client.new":
            self._clients[given["name"]] = self._new_client(given.get("config", {}))
            return None
        if op == "control":
            return self._control_call(given)
        if op == "deep_link":
            return filed.deep_link(**given)
        if noun == "push" and verb != "open":
            return words(self._pushes.perform(verb, given))
        client = self._client(given.pop("client", None))
        return words(self._on_client(client, op, given))

    def _on_client(self, client: filed.Client, op: str, given: Arguments) -> Any:
        noun, _, verb = op.partition(".")
        if op in ("push.open", "resume"):
            return self._pushes.open(client, op, given)
        if op == "graphql":
            answer = client.graphql(**given)
            return {"data": answer.data, "errors": answer.errors}
        if noun == "uploads":
            return self._upload(client, verb, given)
        if op in ("me", "client.close"):
            method: Callable[..., Any] = getattr(client, verb or noun)
        else:
            try:
                method = getattr(getattr(client, noun), verb)
            except AttributeError:
                raise Unsupported("unknown operation") from None
        if "timeout_ms" in given:
            given["timeout"] = given.pop("timeout_ms") / 1000
        result = method(**given)
        return list(result) if hasattr(result, "__next__") else result

    def _upload(self, client: filed.Client, verb: str, given: Arguments) -> Any:
        if verb == "bytes":
            return client.uploads.bytes(self._content(given), **given)
        if verb == "stream":
            data = self._content(given)
            reader = Reader(data, given.pop("fail_after", None))
            return client.uploads.stream(reader, **given)
        return getattr(client.uploads, verb)(**given)

    def _content(self, given: Arguments) -> bytes:
        name: str = given.pop("from")
        return (self._directory / name).read_bytes()

    def _control_call(self, given: Arguments) -> Any:
        if "from" in given:
            data = self._content(given)
            kind = given.get("content_type", "application/octet-stream")
            return self._control.send(given["method"], given["path"], data, kind)
        return self._control.call(given["method"], given["path"], given.get("body"))

    def _client(self, name: str | None) -> filed.Client:
        if name is not None:
            return self._clients[name]
        if "" not in self._clients:
            self._clients[""] = self._new_client({})
        return self._clients[""]

    def _new_client(self, config: Arguments) -> filed.Client:
        settings = {
            "gateway_url": self._ready["gateway_url"],
            "upload_url": self._ready["upload_url"],
            "api_key": self._ready["api_key"],
            "source_platform": "scenario",
            **self._default,
            **config,
        }
        return filed.Client(**as_settings(resolved(settings, self._ready)))


def resolved(settings: Arguments, values: Arguments) -> Arguments:
    """The default client's settings hold references too."""
    return {name: resolve(value, values) for name, value in settings.items()}


def as_settings(given: Arguments) -> Arguments:
    """A scenario's settings as `filed.Client` takes them."""
    settings = {name: value for name, value in given.items() if value is not None}
    for name in ("timeout", "connect_timeout", "stall_timeout"):
        if f"{name}_ms" in settings:
            settings[name] = settings.pop(f"{name}_ms") / 1000
    if "partner_token_from" in settings:
        tokens = list(settings.pop("partner_token_from"))
        settings["partner_token"] = lambda: tokens.pop(0) if len(tokens) > 1 else tokens[0]
    return settings


class Reader(io.RawIOBase):
    """A reader that may fail after so many bytes."""

    def __init__(self, data: bytes, fail_after: int | None) -> None:
        super().__init__()
        self._data = data if fail_after is None else data[:fail_after]
        self._fails = fail_after is not None
        self._at = 0

    def read(self, size: int = -1, /) -> bytes:
        chunk = self._data[self._at :] if size < 0 else self._data[self._at : self._at + size]
        self._at += len(chunk)
        if not chunk and self._fails:
            raise OSError("planned failure")
        return chunk
