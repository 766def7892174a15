"""The same by asyncio.

push_async.py CONNECTION_ID WORKSPACE_ID JOB_NAME
"""

import asyncio
import sys

import filed


async def main(connection_id: str, workspace_id: str, job_name: str) -> int:
    async with filed.AsyncClient() as client:
        async with await client.push(
            connection_id=connection_id, workspace_id=workspace_id, job_name=job_name
        ) as push:
            amber = await push.add_client("Amber Lindqvist", external_id="client-1")
            await amber.add_file("scans/Amber Lindqvist/w2.pdf", external_id="file-1")
        report = await push.wait(timeout=60)
    return 0 if report.files.imported == 1 and not report.failed_files else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main(*sys.argv[1:])))
