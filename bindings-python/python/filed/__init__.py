"""Puts a tax firm's clients and documents into Filed.

Start with `Client`, or `AsyncClient` for asyncio; the main job is `Client.push`. With `filed.pull`
Filed asks you instead. All errors are `FiledError`, with one class for each code.
"""

from . import _codes, pull
from ._async_client import AsyncClient
from ._async_push import AsyncPush, AsyncPushClient
from ._client import Client
from ._codes import *  # noqa: F403
from ._errors import Effect, FiledError, GraphqlError
from ._exit import shutdown
from ._native import __version__, deep_link
from ._push import Push, PushClient
from ._push_files import NewFile
from ._push_types import (
    ClientReport,
    Counts,
    Event,
    EventKind,
    FileReport,
    ItemState,
    OnExisting,
    Progress,
    PushState,
    Report,
)
from ._types import (
    Artifact,
    Connection,
    CreatedWork,
    GraphqlAnswer,
    ImportStatus,
    Job,
    JobWork,
    NewArtifact,
    NewWork,
    PlatformClient,
    PlatformFile,
    SentFile,
    UploadedFile,
    User,
    Workspace,
)

__all__ = [
    "Artifact",
    "AsyncClient",
    "AsyncPush",
    "AsyncPushClient",
    "Client",
    "ClientReport",
    "Connection",
    "Counts",
    "CreatedWork",
    "Effect",
    "Event",
    "EventKind",
    "FileReport",
    "FiledError",
    "GraphqlAnswer",
    "GraphqlError",
    "ImportStatus",
    "ItemState",
    "Job",
    "JobWork",
    "NewArtifact",
    "NewFile",
    "NewWork",
    "OnExisting",
    "PlatformClient",
    "PlatformFile",
    "Progress",
    "Push",
    "PushClient",
    "PushState",
    "Report",
    "SentFile",
    "UploadedFile",
    "User",
    "Workspace",
    "__version__",
    "deep_link",
    "pull",
    "shutdown",
]
__all__ += _codes.__all__
