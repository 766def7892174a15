"""The script a competent user writes with requests and a pool of threads."""

import os
from concurrent.futures import ThreadPoolExecutor

import bench
import requests
from requests.adapters import HTTPAdapter
from requests_toolbelt import MultipartEncoder

# What is larger is streamed; requests itself would take it into memory.
LARGE = 1 << 20


class Script:
    def __init__(self, at_once):
        self.session = requests.Session()
        adapter = HTTPAdapter(pool_connections=at_once, pool_maxsize=at_once)
        self.session.mount("http://", adapter)
        self.session.mount("https://", adapter)
        self.session.trust_env = False
        self.session.verify = bench.AUTHORITY or True
        self.headers = bench.PLATFORM

    def call(self, query, variables):
        body = {"query": query, "variables": variables}
        answer = self.session.post(bench.GATEWAY, json=body, headers=self.headers)
        answer.raise_for_status()
        return answer.json()["data"]

    def log_in(self):
        self.headers = bench.PLATFORM
        data = self.call(bench.LOGIN, {"k": bench.API_KEY})
        token = data["loginViaPersonalApiToken"]["accessToken"]
        self.headers = {**bench.PLATFORM, "authorization": f"Bearer {token}"}

    def upload(self, path):
        with open(path, "rb") as file:
            part = {"file": (os.path.basename(path), file, "application/pdf")}
            if os.path.getsize(path) < LARGE:
                answer = self.session.post(bench.UPLOAD, files=part, headers=self.headers)
            else:
                body = MultipartEncoder(part)
                headers = {**self.headers, "content-type": body.content_type}
                answer = self.session.post(bench.UPLOAD, data=body, headers=headers)
            answer.raise_for_status()
            return answer.json()

    def uploads(self, count, at_once, folder):
        with ThreadPoolExecutor(int(at_once)) as pool:
            for _ in pool.map(self.upload, bench.paths(folder, int(count))):
                pass

    def calls(self, count):
        for _ in range(int(count)):
            self.call(bench.ME, {})

    def push(self, clients, files, at_once, job, _journal, connection, _workspace, folder):
        self.log_in()
        firm = bench.Firm(job, int(clients), int(files), folder)
        created = self.call(bench.CREATE_JOB, {"c": connection, "n": job})
        job_id = created["createConnectionJob"]["id"]
        works = []
        for batch in firm.batches():
            works += self.call(bench.CREATE_WORKS, {"j": job_id, "i": batch})["createJobWorks"]

        def attach(work, client):
            key, _, paths = client
            inputs = [bench.artifact(key, path, self.upload(path)) for path in paths]
            self.call(bench.CREATE_ARTIFACTS, {"w": work["id"], "i": inputs})

        with ThreadPoolExecutor(int(at_once)) as pool:
            for _ in pool.map(attach, works, firm.clients):
                pass
        self.call(bench.INITIATE, {"j": job_id})


def main():
    made = Script(int(os.environ["FILED_MAX_CONCURRENCY"]))
    made.log_in()
    bench.serve(uploads=made.uploads, calls=made.calls, push=made.push)


main()
