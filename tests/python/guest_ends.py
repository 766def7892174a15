"""Programs that end in the middle of things; `cargo xtask test loops` runs each many times.

python guest_ends.py KIND     with FILED_* and PLACE_* variables
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import sys
import threading
from typing import Any

import filed

PLACE: dict[str, Any] = {
    "connection_id": os.environ["PLACE_CONNECTION"],
    "workspace_id": os.environ["PLACE_WORKSPACE"],
}
DATA = b"x" * 500_000


class Endless:
    """A reader without an end, which tells when it is read first."""

    def __init__(self, begun: threading.Barrier) -> None:
        self._begun: threading.Barrier | None = begun

    def read(self, size: int) -> bytes:
        if self._begun is not None:
            self._begun.wait()
            self._begun = None
        return DATA[:size]


def uploads_under_way(client: filed.Client, count: int) -> None:
    """Starts uploads on threads and returns when their bodies are on their way."""
    begun = threading.Barrier(count + 1)

    def upload() -> None:
        client.uploads.stream(Endless(begun), file_name="x.bin")

    for _ in range(count):
        threading.Thread(target=upload, daemon=True).start()
    begun.wait()


def sys_exit() -> None:
    """`sys.exit` in the middle of uploads."""
    client = filed.Client()
    uploads_under_way(client, 4)
    sys.exit(7)


def open_push() -> None:
    """The interpreter ends with a push open, its files uploading and a watcher listening."""
    client = filed.Client()
    seen = threading.Event()
    push = client.push(job_name="Season", on_event=lambda event: seen.set(), **PLACE)
    smith = push.add_client("John Smith", external_id=f"c-{os.getpid()}")
    for number in range(4):
        smith.add_bytes(DATA, file_name="x.bin", external_id=f"f{number}")
    seen.wait()
    sys.exit(7)


def open_push_asyncio() -> None:
    """The same from asyncio, with the loop left as it is."""

    async def main() -> None:
        client = filed.AsyncClient()
        push = await client.push(job_name="Season", **PLACE)
        smith = await push.add_client("John Smith", external_id=f"c-{os.getpid()}")
        await smith.add_bytes(DATA, file_name="x.bin", external_id="f")
        asyncio.get_running_loop().create_task(push.commit())
        await asyncio.sleep(0)
        sys.exit(7)

    asyncio.run(main())


def both() -> None:
    """The wheel and the C library in one process, each with threads of its own, used in turn."""
    library = ctypes.CDLL(os.environ["LIBRARY"])
    for name in ("filed_config_from_env", "filed_client_new", "filed_client_me"):
        getattr(library, name).restype = ctypes.c_void_p
    pointer = ctypes.c_void_p

    def ask_in_c() -> None:
        config = pointer(library.filed_config_from_env())
        client, user = pointer(), pointer()
        assert library.filed_client_new(config, ctypes.byref(client)) is None
        assert library.filed_client_me(client, ctypes.byref(user)) is None
        library.filed_user_free(user)
        library.filed_client_free(client)
        library.filed_config_free(config)

    with filed.Client() as client:
        for _ in range(3):
            ask_in_c()
            assert client.me().id == "user_1"
        assert filed.shutdown() is True
        ask_in_c()
    with filed.Client() as client:
        assert client.me().id == "user_1"
    sys.exit(7)


KINDS = {
    "sys-exit": sys_exit,
    "open-push": open_push,
    "open-push-asyncio": open_push_asyncio,
    "both": both,
}

if __name__ == "__main__":
    KINDS[sys.argv[1]]()
