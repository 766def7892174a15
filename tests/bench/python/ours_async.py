"""Ours with asyncio: one await per file."""

import asyncio

import bench
import filed


async def uploads(client, count, at_once, folder):
    paths = bench.paths(folder, int(count))
    return await bench.together(int(at_once), paths, client.uploads.file)


async def calls(client, count):
    for _ in range(int(count)):
        await client.me()


async def push(client, clients, files, _at_once, job, journal, connection, workspace, folder):
    opened = client.push(
        connection_id=connection, workspace_id=workspace, job_name=job, journal=journal
    )
    push = await opened
    for key, name, paths in bench.Firm(job, int(clients), int(files), folder).clients:
        added = await push.add_client(name, external_id=key)
        await added.add_files(filed.NewFile(f"{key}/{path}", path=path) for path in paths)
    await push.commit()
    await push.close()


def main():
    loop = asyncio.new_event_loop()
    client = filed.AsyncClient()
    loop.run_until_complete(calls(client, 1))
    bench.serve(
        uploads=lambda *words: loop.run_until_complete(uploads(client, *words)),
        calls=lambda *words: loop.run_until_complete(calls(client, *words)),
        push=lambda *words: loop.run_until_complete(push(client, *words)),
    )


main()
