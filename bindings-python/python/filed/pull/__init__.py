"""Filed pulls: an HTTP API through which Filed asks a platform for its clients and files, downloads
them, posts notes and sends files back.

Write a `Provider` over your own data and give it to a `Server`, or to an `AsyncServer` for asyncio:

    from filed import pull

    class Firm(pull.Provider):
        def list_clients(self, caller, query):
            return [pull.Client(id="client-1", name="Ada Lovelace")]
        ...

    with pull.Server(Firm(), keys={"filed": KEY}) as server:
        print(server.url)
        server.serve_forever()

A folder of clients is a ready provider: `FolderProvider`. `check` plays Filed against any
platform's API and tells what Filed would trip over. `docs` makes what Filed wants to read first.
"""

from ._async_server import AsyncServer
from ._check import Finding, Part, Report, Severity, check, check_async
from ._content import Chunk, Content
from ._docs import Docs, docs
from ._errors import Forbidden, Invalid, NotFound, ProviderError, TransferError, Unavailable
from ._folder import FolderProvider
from ._incoming import AsyncIncoming, Incoming
from ._provider import Maybe, Provider
from ._server import Server
from ._settings import About, ApiKey, Limits, OauthClient, RateLimit, Tls, Webhook
from ._types import (
    SCOPES,
    Caller,
    Client,
    ClientQuery,
    ClientSort,
    Credential,
    File,
    FileQuery,
    FileSort,
    NewFile,
    NewNote,
    Note,
    NoteFormat,
    OpenedFile,
    Page,
    Scope,
)

__all__ = [
    "SCOPES",
    "About",
    "ApiKey",
    "AsyncIncoming",
    "AsyncServer",
    "Caller",
    "Chunk",
    "Client",
    "ClientQuery",
    "ClientSort",
    "Content",
    "Credential",
    "Docs",
    "File",
    "FileQuery",
    "FileSort",
    "Finding",
    "FolderProvider",
    "Forbidden",
    "Incoming",
    "Invalid",
    "Limits",
    "Maybe",
    "NewFile",
    "NewNote",
    "NotFound",
    "Note",
    "NoteFormat",
    "OauthClient",
    "OpenedFile",
    "Page",
    "Part",
    "Provider",
    "ProviderError",
    "RateLimit",
    "Report",
    "Scope",
    "Server",
    "Severity",
    "Tls",
    "TransferError",
    "Unavailable",
    "Webhook",
    "check",
    "check_async",
    "docs",
]
