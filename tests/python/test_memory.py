"""A large upload costs little memory."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from programs import run
from sandbox import Sandbox

SIZE = 2 * 1024**3
ALLOWANCE_KIB = 64 * 1024

PROGRAM = """
def resident(line):
    with open("/proc/self/status") as status:
        return next(int(row.split()[1]) for row in status if row.startswith(line))

client = filed.Client()
client.me()
client.uploads.bytes(b"warm", file_name="warm.txt")
idle = resident("VmRSS:")
{upload}
assert upload.size == PLACE["size"]
print(resident("VmHWM:") - idle)
"""

UPLOADS = {
    "a path": 'upload = client.uploads.file(PLACE["path"])',
    "a reader": """
with open(PLACE["path"], "rb") as reader:
    upload = client.uploads.stream(reader, file_name="a.bin", size=PLACE["size"])
""",
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", UPLOADS)
def test_two_gibibytes_stay_on_disk(sandbox: Sandbox, tmp_path: Path, kind: str) -> None:
    sandbox.reset(upload_discard=True)
    path = tmp_path / "large.bin"
    with path.open("wb") as file:
        file.truncate(SIZE)
    place = json.dumps({"path": str(path), "size": SIZE})
    source = PROGRAM.format(upload=UPLOADS[kind])
    above_idle = int(run(source, sandbox.variables, place))
    assert above_idle < ALLOWANCE_KIB
