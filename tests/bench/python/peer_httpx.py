"""The script a competent user writes with httpx."""

import asyncio
import os
import ssl

import bench
import httpx


class Script:
    def __init__(self, client):
        self.client = client
        self.headers = bench.PLATFORM

    async def call(self, query, variables):
        body = {"query": query, "variables": variables}
        answer = await self.client.post(bench.GATEWAY, json=body, headers=self.headers)
        return answer.raise_for_status().json()["data"]

    async def log_in(self):
        self.headers = bench.PLATFORM
        data = await self.call(bench.LOGIN, {"k": bench.API_KEY})
        token = data["loginViaPersonalApiToken"]["accessToken"]
        self.headers = {**bench.PLATFORM, "authorization": f"Bearer {token}"}

    async def upload(self, path):
        with open(path, "rb") as file:
            part = {"file": (os.path.basename(path), file, "application/pdf")}
            answer = await self.client.post(bench.UPLOAD, files=part, headers=self.headers)
            return answer.raise_for_status().json()

    async def uploads(self, count, at_once, folder):
        paths = bench.paths(folder, int(count))
        return await bench.together(int(at_once), paths, self.upload)

    async def calls(self, count):
        for _ in range(int(count)):
            await self.call(bench.ME, {})

    async def push(self, clients, files, at_once, job, _journal, connection, _workspace, folder):
        await self.log_in()
        firm = bench.Firm(job, int(clients), int(files), folder)
        created = await self.call(bench.CREATE_JOB, {"c": connection, "n": job})
        job_id = created["createConnectionJob"]["id"]
        works = []
        for batch in firm.batches():
            data = await self.call(bench.CREATE_WORKS, {"j": job_id, "i": batch})
            works += data["createJobWorks"]
        slots = asyncio.Semaphore(int(at_once))

        async def send(key, path):
            async with slots:
                return bench.artifact(key, path, await self.upload(path))

        async def attach(work, client):
            key, _, paths = client
            inputs = await asyncio.gather(*(send(key, path) for path in paths))
            async with slots:
                await self.call(bench.CREATE_ARTIFACTS, {"w": work["id"], "i": inputs})

        pairs = zip(works, firm.clients, strict=True)
        await asyncio.gather(*(attach(work, client) for work, client in pairs))
        await self.call(bench.INITIATE, {"j": job_id})


def main():
    loop = asyncio.new_event_loop()
    at_once = int(os.environ["FILED_MAX_CONCURRENCY"])
    trust = ssl.create_default_context(cafile=bench.AUTHORITY) if bench.AUTHORITY else True
    limits = httpx.Limits(max_connections=at_once, max_keepalive_connections=at_once)
    made = Script(httpx.AsyncClient(verify=trust, limits=limits, timeout=120))
    loop.run_until_complete(made.log_in())
    bench.serve(
        uploads=lambda *words: loop.run_until_complete(made.uploads(*words)),
        calls=lambda *words: loop.run_until_complete(made.calls(*words)),
        push=lambda *words: loop.run_until_complete(made.push(*words)),
    )


main()
