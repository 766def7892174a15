"""The settings of a server. Values are checked by the core."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from ._types import SCOPES, Scope


@dataclass(frozen=True, slots=True)
class ApiKey:
    """An API key, sent as `X-API-Key` or as a bearer token."""

    caller: str
    """Who has it; several keys may be of one caller."""
    key: str = field(repr=False)
    """At least 16 visible ASCII characters; `secrets.token_urlsafe(32)` makes a good one."""
    scopes: tuple[Scope, ...] = SCOPES
    """What it may do."""


@dataclass(frozen=True, slots=True)
class OauthClient:
    """A client of the OAuth 2.0 token endpoint."""

    id: str
    """The `client_id`, which is also the caller's name."""
    secret: str = field(repr=False)
    """The `client_secret`, at least 16 visible ASCII characters."""
    scopes: tuple[Scope, ...] = SCOPES
    """What its tokens may do at most."""


@dataclass(frozen=True, slots=True)
class Tls:
    """The PEM files a server proves itself with."""

    certificates: str | os.PathLike[str]
    """The certificate and its chain."""
    key: str | os.PathLike[str]
    """The private key."""


@dataclass(frozen=True, slots=True)
class RateLimit:
    """So many requests a second in the long run, and so many at once."""

    per_second: int
    burst: int


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is allowed. Times are seconds."""

    file: int = 2 * 1024**3
    """The largest file that is received, in bytes."""
    provider: float = 30.0
    """The longest a method of the provider may take before its request is answered with 504; also
    for each chunk."""
    stall: float = 30.0
    """A transfer that moves less than 16 KiB in this time is cut off."""
    connections: int = 1024
    """Connections at the same time; more wait to be accepted."""
    rate: RateLimit | None = RateLimit(per_second=100, burst=400)
    """Requests of one caller, or of one address without credentials; None is without limit."""
    failures: int = 20
    """Wrong credentials in a row from one address before it is locked out."""
    lock_out: float = 60.0
    """How long it is locked out; every further time twice as long, up to an hour."""
    upload_lifetime: float = 24 * 3600.0
    """How long an unfinished upload is kept after its last byte."""
    uploads: int = 256
    """Unfinished uploads of one caller at the same time."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """A webhook of the platform, for the documents."""

    name: str
    """Such as `file.created`."""
    description: str
    """When it is sent, and what with."""


@dataclass(frozen=True, slots=True)
class About:
    """What the documents say of the platform. Everybody may read it: no secrets."""

    platform: str | None = None
    """The platform's name."""
    contact: str | None = None
    """Where Filed's engineers ask when something is unclear."""
    credentials: str | None = None
    """How Filed comes by credentials, in a sentence or two."""
    webhooks: tuple[Webhook, ...] = ()
    """Webhooks of the platform."""


Keys: TypeAlias = Mapping[str, str] | Iterable[ApiKey]
OauthClients: TypeAlias = Mapping[str, str] | Iterable[OauthClient]


def plain(
    *,
    host: str,
    port: int,
    public_url: str | None,
    tls: Tls | None,
    keys: Keys,
    oauth_clients: OauthClients,
    token_lifetime: float,
    signed_urls: float | None,
    state_dir: str | os.PathLike[str] | None,
    about: About | None,
    limits: Limits | None,
) -> dict[str, Any]:
    """The settings in the form that `filed._native` takes."""
    said = about or About()
    amounts = limits or Limits()
    rate = amounts.rate
    return {
        "host": host,
        "port": port,
        "public_url": public_url,
        "tls": None if tls is None else (Path(tls.certificates).read_bytes(), _text(tls.key)),
        "keys": [(key.caller, key.key, list(key.scopes)) for key in _keys(keys)],
        "oauth_clients": [(one.id, one.secret, list(one.scopes)) for one in _oauth(oauth_clients)],
        "token_lifetime": float(token_lifetime),
        "signed_urls": None if signed_urls is None else float(signed_urls),
        "state_dir": None if state_dir is None else os.fsdecode(state_dir),
        "about": {
            "platform": said.platform,
            "contact": said.contact,
            "credentials": said.credentials,
            "webhooks": [(hook.name, hook.description) for hook in said.webhooks],
        },
        "limits": {**asdict(amounts), "rate": rate and (rate.per_second, rate.burst)},
    }


def _keys(keys: Keys) -> Iterable[ApiKey]:
    if isinstance(keys, Mapping):
        return [ApiKey(caller, key) for caller, key in keys.items()]
    if isinstance(keys, (str, bytes)):
        raise TypeError("keys must be a mapping from callers to keys, or a list of ApiKey")
    return keys


def _oauth(clients: OauthClients) -> Iterable[OauthClient]:
    if isinstance(clients, Mapping):
        return [OauthClient(client_id, secret) for client_id, secret in clients.items()]
    if isinstance(clients, (str, bytes)):
        raise TypeError("oauth_clients must be a mapping from ids to secrets, or a list")
    return clients


def _text(path: str | os.PathLike[str]) -> str:
    return Path(path).read_text("ascii")
