"""The main job with asyncio: one task adds clients while another tells of the events.

python push_async.py FOLDER CONNECTION WORKSPACE JOB
"""

import asyncio
import sys
from pathlib import Path

import filed


async def main(folder: str, connection: str, workspace: str, job: str) -> int:
    async with filed.AsyncClient() as client:  # settings from FILED_* variables
        push = await client.push(connection_id=connection, workspace_id=workspace, job_name=job)
        told = asyncio.create_task(tell(push))
        async with push:
            for directory in sorted(path for path in Path(folder).iterdir() if path.is_dir()):
                added = await push.add_client(directory.name, external_id=directory.name)
                for path in sorted(directory.iterdir()):
                    await added.add_file(path, external_id=f"{directory.name}/{path.name}")
        report = await push.wait(timeout=3600)
        await told
    return 1 if report.failed_files else 0


async def tell(push: filed.AsyncPush) -> None:
    async for event in push.events():
        print(event.kind, event.external_id or "")


if __name__ == "__main__":
    sys.exit(asyncio.run(main(*sys.argv[1:])))
