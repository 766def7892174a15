"""What the Python contenders share: settings, and a line of work at a time on standard input.

A contender says `ready`, then for each line does the work it names and says `done`, with numbers of
its own after it. It is measured from outside.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Iterator

GATEWAY = os.environ["FILED_GATEWAY_URL"]
UPLOAD = os.environ["FILED_UPLOAD_URL"]
API_KEY = os.environ["FILED_API_KEY"]
PLATFORM = {"source-platform": os.environ["FILED_SOURCE_PLATFORM"]}
AUTHORITY = os.environ.get("FILED_CA_BUNDLE")

ME = "query Me { me { id email name role } }"
LOGIN = "mutation L($k: String!) { loginViaPersonalApiToken(token: $k) { accessToken } }"


CREATE_JOB = """mutation J($c: ID!, $n: String!) {
  createConnectionJob(connectionId: $c, jobName: $n) { id } }"""
CREATE_WORKS = """mutation W($j: ID!, $i: [CreateJobWorksInput!]!) {
  createJobWorks(connectionJobId: $j, inputs: $i) { id workId } }"""
CREATE_ARTIFACTS = """mutation A($w: ID!, $i: [CreateJobWorkArtifactsInput!]!) {
  createJobWorkArtifacts(jobWorkId: $w, inputs: $i) { id artifactId } }"""
INITIATE = """mutation I($j: ID!) { initiateTaxPrepsImport(connectionJobId: $j) { id status } }"""

# Works in one mutation, as the documentation advises.
BATCH = 50


def paths(folder: str, count: int) -> Iterator[str]:
    """The files to send."""
    return (f"{folder}/{number:06}.pdf" for number in range(count))


class Firm:
    """The clients and files of a push."""

    def __init__(self, job: str, clients: int, files: int, folder: str) -> None:
        every = list(paths(folder, clients * files))
        self.job = job
        self.clients = [
            (f"{job}/{number}", f"Client {number}", every[number * files : (number + 1) * files])
            for number in range(clients)
        ]

    def batches(self) -> Iterator[list[dict[str, str]]]:
        """Inputs of the mutations that create the works."""
        works = [{"name": name, "externalId": key} for key, name, _ in self.clients]
        return (works[at : at + BATCH] for at in range(0, len(works), BATCH))


def artifact(key: str, path: str, uploaded: dict[str, str]) -> dict[str, str]:
    """The input that attaches an uploaded file."""
    return {
        "name": uploaded["fileName"],
        "type": uploaded["mimeType"],
        "url": uploaded["fileUrl"],
        "externalId": f"{key}/{path}",
    }


def serve(**work: Callable[..., dict[str, float] | None]) -> None:
    """Does what it is told until standard input ends."""
    print("ready", flush=True)
    for line in sys.stdin:
        name, *words = line.split()
        numbers = work[name](*words)
        told = [f"{key}={number}" for key, number in (numbers or {}).items()]
        print("done", *told, flush=True)


async def together(at_once: int, items: Iterator, work: Callable) -> dict[str, float]:
    """Works on so many items at once, and watches how late the loop gets round to its timers."""

    async def worker() -> None:
        for item in items:
            await work(item)

    late: list[float] = []
    watch = asyncio.create_task(watching(late))
    await asyncio.gather(*(worker() for _ in range(at_once)))
    watch.cancel()
    late.sort()
    return {"loop_ms": late[len(late) * 99 // 100] * 1000} if late else {}


async def watching(late: list[float]) -> None:
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + 0.005
        await asyncio.sleep(0.005)
        late.append(loop.time() - due)
