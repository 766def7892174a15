"""The files a host adds to a push, in the form that `filed._native` takes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ._decode import dump_object, optional_text, text
from ._streams import Data, as_bytes


@dataclass(frozen=True, slots=True, repr=False)
class NewFile:
    """A file for `add_files`. Exactly one of `path`, `data` and `url` says where its content is."""

    external_id: str
    path: str | os.PathLike[str] | None = None
    data: Data | None = None
    url: str | None = None
    file_name: str | None = None
    """The name Filed is told; a path's own name is the default, required for `data`."""
    mime_type: str | None = None
    """Otherwise decided by name, then by content."""
    category: str | None = None
    """The artifact's type, such as `w2`; the MIME type is the default."""
    metadata: Mapping[str, Any] | None = field(default=None, hash=False)

    def __repr__(self) -> str:
        return f"NewFile(external_id={self.external_id!r})"


def checked(file: NewFile) -> dict[str, Any]:
    """The arguments of `file`, which has exactly one source."""
    if not isinstance(file, NewFile):
        raise TypeError(f"files must be NewFile, not {type(file).__name__}")
    if sum(source is not None for source in (file.path, file.data, file.url)) != 1:
        raise ValueError(f"file {file.external_id!r} needs exactly one of path, data and url")
    return file_args(
        file.external_id,
        file.file_name,
        file.mime_type,
        file.category,
        file.metadata,
        path=None if file.path is None else os.fspath(file.path),
        data=file.data,
        url=file.url,
    )


def file_args(
    external_id: str,
    file_name: str | None,
    mime_type: str | None,
    category: str | None,
    metadata: Mapping[str, Any] | None,
    *,
    path: str | None = None,
    data: Data | None = None,
    url: str | None = None,
) -> dict[str, Any]:
    """The arguments of one file."""
    return {
        "external_id": text("external_id", external_id),
        "path": path,
        "data": None if data is None else as_bytes(data),
        "url": optional_text("url", url),
        "file_name": optional_text("file_name", file_name),
        "mime_type": optional_text("mime_type", mime_type),
        "category": optional_text("category", category),
        "metadata": dump_object("metadata", metadata),
    }
