"""Ours without asyncio: a pool of threads, one call per file."""

from concurrent.futures import ThreadPoolExecutor

import bench
import filed


def uploads(client, count, at_once, folder):
    with ThreadPoolExecutor(int(at_once)) as pool:
        for _ in pool.map(client.uploads.file, bench.paths(folder, int(count))):
            pass


def calls(client, count):
    for _ in range(int(count)):
        client.me()


def push(client, clients, files, _at_once, job, journal, connection, workspace, folder):
    push = client.push(
        connection_id=connection, workspace_id=workspace, job_name=job, journal=journal
    )
    for key, name, paths in bench.Firm(job, int(clients), int(files), folder).clients:
        added = push.add_client(name, external_id=key)
        added.add_files(filed.NewFile(f"{key}/{path}", path=path) for path in paths)
    push.commit()
    push.close()


def main():
    client = filed.Client()
    client.me()
    bench.serve(
        uploads=lambda *words: uploads(client, *words),
        calls=lambda *words: calls(client, *words),
        push=lambda *words: push(client, *words),
    )


main()
