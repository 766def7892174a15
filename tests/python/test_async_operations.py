"""Every operation of `AsyncClient`, against the sandbox."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import filed
import pytest

from sandbox import Sandbox

Use = Callable[[filed.AsyncClient], Awaitable[None]]


def run(sandbox: Sandbox, use: Use) -> None:
    async def main() -> None:
        async with filed.AsyncClient(**sandbox.settings) as client:
            await use(client)

    asyncio.run(main())


def test_the_operations_on_nouns(sandbox: Sandbox, w2: Path) -> None:
    place = sandbox.place
    workspace, connection = place["workspace_id"], place["connection_id"]

    async def use(client: filed.AsyncClient) -> None:
        assert (await client.me()).id == "user_1"
        assert [c.id async for c in client.connections.list(workspace, ids=[connection])]
        started = await client.connections.start(workspace, sandbox.ready["provider_key"])
        await client.connections.collect(started.id)
        active = await client.connections.wait_active(workspace, started.id, timeout=10)
        assert active.status == "active"
        job = await client.jobs.create(connection, "By hand")
        works = await client.jobs.add_works(job.id, [filed.NewWork("John Smith", "c1")])
        upload = await client.uploads.file(w2)
        artifact = filed.NewArtifact("w2.pdf", "w2", "f1", url=upload.file_url)
        await client.works.add_artifacts(works[0].id, [artifact])
        await client.jobs.initiate(job.id)
        listed = [w async for w in client.jobs.works(workspace, connection, job_id=job.id)]
        assert listed[0].artifacts[0].external_id == "f1"
        answer = await client.graphql("{ me { id } }")
        assert answer.data == {"me": {"id": "user_1"}}

    run(sandbox, use)


def test_a_partners_operations(sandbox: Sandbox) -> None:
    async def main() -> None:
        token = sandbox.ready["partner_token"]
        async with filed.AsyncClient(partner_token=token, **sandbox.partner_settings) as client:
            made = await client.workspaces.create("Smith & Co")
            users = await client.workspaces.add_users(made.id, ["a@example.com"])
            assert users[0].email == "a@example.com"

    asyncio.run(main())


def test_the_platform_is_seen_through_a_connection(sandbox: Sandbox) -> None:
    place = sandbox.place
    workspace, connection = place["workspace_id"], place["connection_id"]

    async def use(client: filed.AsyncClient) -> None:
        clients = [c async for c in client.platform.clients(workspace, connection)]
        files = client.platform.files(workspace, connection, clients[0].id)
        assert [file.file_name async for file in files]
        sent = await client.platform.upload_file(
            connection,
            clients[0].id,
            file_name="return.pdf",
            tusd_endpoint="https://files.example.com/tus",
        )
        assert sent.success

    run(sandbox, use)


class AsyncReader:
    """An async reader over bytes."""

    def __init__(self, data: bytes) -> None:
        self._inner = io.BytesIO(data)

    async def read(self, size: int, /) -> bytes:
        return self._inner.read(size)


async def pieces(data: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(data), 1000):
        yield data[start : start + 1000]


def test_content_is_uploaded_from_everywhere(sandbox: Sandbox, w2: Path) -> None:
    data = w2.read_bytes()
    sandbox.host("1099.pdf", data, "application/pdf")

    async def use(client: filed.AsyncClient) -> None:
        uploads = await asyncio.gather(
            client.uploads.file(w2),
            client.uploads.bytes(data, file_name="a.pdf"),
            client.uploads.stream(io.BytesIO(data), file_name="b.pdf"),
            client.uploads.stream(AsyncReader(data), file_name="c.pdf", size=len(data)),
            client.uploads.stream(pieces(data), file_name="d.pdf"),
        )
        assert len({upload.blake3 for upload in uploads}) == 1
        by_url = await client.uploads.url(f"{sandbox.ready['hosted_url']}/1099.pdf")
        assert by_url.mime_type == "application/pdf"

    run(sandbox, use)
    assert len({upload["blake3"] for upload in sandbox.state()["uploads"]}) == 1


def test_errors_come_where_they_are_awaited(sandbox: Sandbox) -> None:
    async def use(client: filed.AsyncClient) -> None:
        with pytest.raises(LookupError) as raised:
            await client.jobs.create("connection_none", "x")
        assert isinstance(raised.value, filed.NotFoundError)

    run(sandbox, use)


def test_many_calls_share_one_loop(sandbox: Sandbox) -> None:
    async def use(client: filed.AsyncClient) -> None:
        users = await asyncio.gather(*(client.me() for _ in range(200)))
        assert {user.id for user in users} == {"user_1"}

    run(sandbox, use)


def test_one_client_serves_one_loop_after_another(sandbox: Sandbox) -> None:
    client = filed.AsyncClient(**sandbox.settings)
    for _ in range(3):
        assert asyncio.run(client.me()).id == "user_1"
    asyncio.run(client.close())
