"""Opens and closes a client over and over; prints by how many KiB the resident memory grew after
the first tenth.

    python guest_cycles.py ROUNDS     with FILED_* and PLACE_* variables
"""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import Any

import filed

PLACE: dict[str, Any] = {
    "connection_id": os.environ["PLACE_CONNECTION"],
    "workspace_id": os.environ["PLACE_WORKSPACE"],
}


def resident() -> int:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE") // 1024


def ask(client: filed.Client) -> None:
    assert client.me().id == "user_1"
    push = client.push(job_name="Season", **PLACE)
    push.add_client("John Smith", external_id="c1")
    push.close()


def main(rounds: int) -> None:
    before = 0
    for number in range(rounds):
        if number == rounds // 10:
            before = resident()
        with filed.Client() as client:
            if number % 100 == 0:
                ask(client)
    print(resident() - before)


if __name__ == "__main__":
    main(int(sys.argv[1]))
