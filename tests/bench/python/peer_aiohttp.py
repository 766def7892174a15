"""The script a competent user writes with aiohttp on uvloop."""

import asyncio
import os
import ssl

import aiohttp
import bench
import uvloop


class Script:
    def __init__(self, session):
        self.session = session
        self.headers = bench.PLATFORM

    async def call(self, query, variables):
        body = {"query": query, "variables": variables}
        async with self.session.post(bench.GATEWAY, json=body, headers=self.headers) as answer:
            answer.raise_for_status()
            return (await answer.json())["data"]

    async def log_in(self):
        self.headers = bench.PLATFORM
        data = await self.call(bench.LOGIN, {"k": bench.API_KEY})
        token = data["loginViaPersonalApiToken"]["accessToken"]
        self.headers = {**bench.PLATFORM, "authorization": f"Bearer {token}"}

    async def upload(self, path):
        with open(path, "rb") as file:
            form = aiohttp.FormData()
            name = os.path.basename(path)
            form.add_field("file", file, filename=name, content_type="application/pdf")
            async with self.session.post(bench.UPLOAD, data=form, headers=self.headers) as answer:
                answer.raise_for_status()
                return await answer.json()

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
            await self.call(bench.CREATE_ARTIFACTS, {"w": work["id"], "i": inputs})

        pairs = zip(works, firm.clients, strict=True)
        await asyncio.gather(*(attach(work, client) for work, client in pairs))
        await self.call(bench.INITIATE, {"j": job_id})


async def script(at_once):
    trust = ssl.create_default_context(cafile=bench.AUTHORITY) if bench.AUTHORITY else True
    connector = aiohttp.TCPConnector(limit=at_once, ssl=trust)
    made = Script(aiohttp.ClientSession(connector=connector))
    await made.log_in()
    return made


def main():
    loop = uvloop.new_event_loop()
    asyncio.set_event_loop(loop)
    made = loop.run_until_complete(script(int(os.environ["FILED_MAX_CONCURRENCY"])))
    bench.serve(
        uploads=lambda *words: loop.run_until_complete(made.uploads(*words)),
        calls=lambda *words: loop.run_until_complete(made.calls(*words)),
        push=lambda *words: loop.run_until_complete(made.push(*words)),
    )
    loop.run_until_complete(made.session.close())


main()
