"""The files of a scenario."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def make_files(directory: Path, files: dict[str, dict[str, Any]]) -> None:
    """Makes the files a scenario names."""
    for name, content in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if "size" in content:
            path.write_bytes(generated(content["size"], content["seed"]))
        elif "text" in content:
            path.write_bytes(content["text"].encode())
        elif "json" in content:
            path.write_text(json.dumps(content["json"]), "utf-8")
        elif content.get("dir"):
            path.mkdir(exist_ok=True)
        elif "link" in content:
            path.symlink_to(content["link"])
        elif not content.get("missing"):
            raise ValueError(f"the content of {name} is of no known kind")


def generated(size: int, seed: int) -> bytes:
    """`size` bytes of xorshift32, each state lowest byte first."""
    state, data = seed, bytearray()
    while len(data) < size:
        state ^= (state << 13) & 0xFFFFFFFF
        state ^= state >> 17
        state ^= (state << 5) & 0xFFFFFFFF
        data += state.to_bytes(4, "little")
    return bytes(data[:size])
