"""Uploads a file with tuspy, says after each chunk how far it is, and in the end `done`."""

import sys

from tusclient.client import TusClient

endpoint, key, path = sys.argv[1:]
uploader = TusClient(endpoint, headers={"X-API-Key": key}).uploader(
    path,
    chunk_size=256 * 1024,
    metadata={"filename": "pypi.pdf", "filetype": "application/pdf"},
    retries=100,
    retry_delay=0.1,
)
while uploader.offset < uploader.get_file_size():
    uploader.upload_chunk()
    print(uploader.offset, flush=True)
print("done", flush=True)
