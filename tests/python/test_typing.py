"""What a type checker must know; `mypy --strict` reads this file, and pytest runs it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

import filed

if TYPE_CHECKING:
    from typing_extensions import assert_type

    def sync(client: filed.Client) -> None:
        assert_type(client.me(), filed.User)
        assert_type(client.jobs.create("c", "n"), filed.Job)
        connections: Iterator[filed.Connection] = client.connections.list("w")
        assert_type(next(connections), filed.Connection)
        with client.push(connection_id="c", workspace_id="w", job_name="j") as push:
            assert_type(push, filed.Push)
            assert_type(push.add_client("n", external_id="e"), filed.PushClient)
        report = push.wait()
        assert_type(report, filed.Report)
        for file in report.failed_files:
            assert_type(file.error, filed.FiledError | None)
        for event in push.events():
            assert_type(event, filed.Event)
        client.push(connection_id="c", workspace_id="w", job_name="j", on_existing="no")  # type: ignore[arg-type]

    async def awaited(client: filed.AsyncClient) -> None:
        assert_type(await client.me(), filed.User)
        works: AsyncIterator[filed.JobWork] = client.jobs.works("w", "c")
        async for work in works:
            assert_type(work.artifacts, tuple[filed.Artifact, ...])
        async with client.push(connection_id="c", workspace_id="w", job_name="j") as push:
            assert_type(push, filed.AsyncPush)
        assert_type(await client.resume("j"), filed.AsyncPush)


def test_the_package_says_that_it_is_typed() -> None:
    from importlib.resources import files

    assert files("filed").joinpath("py.typed").is_file()
    assert issubclass(filed.NotFoundError, LookupError)
    assert filed.NotFoundError.number == 501
