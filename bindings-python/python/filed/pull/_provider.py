"""`Provider`: the six functions a platform implements."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Iterable
from typing import Any, TypeAlias, TypeVar

from . import _types as t

T = TypeVar("T")

Maybe: TypeAlias = T | Awaitable[T]
"""What a method returns, plain or `async`."""


class Provider(ABC):
    """A platform's clients and files, as Filed may see them. Derive from it:

        class Firm(pull.Provider):
            def list_clients(self, caller, query):
                return [pull.Client(id=row.id, name=row.name) for row in database.clients()]

            async def open_file(self, caller, file_id):
                row = await database.file(file_id)
                if row is None:
                    raise pull.NotFound
                return pull.OpenedFile(pull.File(...), row.path)
            ...

    Each method may be plain or `async`, in any mixture. Plain ones run on threads of Python's, many
    at once: guard what they share. Async ones run on the loop an `AsyncServer` was started on, or,
    with a `Server`, on a loop of its own in a thread of its own.

    A slow method slows, and a failing one fails, only its own request. One that takes longer than
    `Limits.provider` is given up: an async one is cancelled, a plain one is left to itself. How a
    method fails is in `ProviderError`.

    Every method gets the `Caller`, so that a platform with many firms shows each its own.
    """

    @abstractmethod
    def list_clients(
        self, caller: t.Caller, query: t.ClientQuery
    ) -> Maybe[Iterable[t.Client] | t.Page[t.Client]]:
        """All clients the caller may see, and the server filters, sorts and cuts pages, good for
        some ten thousand; or the `Page` that was asked for."""

    @abstractmethod
    def list_files(
        self, caller: t.Caller, client_id: str, query: t.FileQuery
    ) -> Maybe[Iterable[t.File] | t.Page[t.File]]:
        """The files of a client, all or a `Page`. `NotFound` when there is no such client."""

    @abstractmethod
    def open_file(self, caller: t.Caller, file_id: str) -> Maybe[t.OpenedFile]:
        """A file with its content from the start; the server sends the part that was asked for."""

    @abstractmethod
    def add_note(self, caller: t.Caller, client_id: str, note: t.NewNote) -> Maybe[t.Note]:
        """Puts a note on a client. Runs to its end even when the caller has hung up."""

    @abstractmethod
    def receive_file(
        self, caller: t.Caller, client_id: str, file: t.NewFile, content: Any
    ) -> Maybe[t.File]:
        """Takes a file for a client. `content` is an `Incoming`, in an `async` method an
        `AsyncIncoming`. Read it to its end and only then keep the file; when reading raises,
        nothing may be kept. Runs to its end even when the caller has hung up."""

    def authenticate(self, credential: t.Credential) -> Maybe[t.Caller | None]:
        """Who calls; None for credentials that are wrong. As it stands it knows the server's `keys`
        and `oauth_clients`. A platform with an own store of credentials looks there, and compares
        with `hmac.compare_digest`."""
        return credential.configured
