"""Pushes a folder with one sub-folder per client and tells how far it is.

    python push_folder.py FOLDER CONNECTION WORKSPACE JOB JOURNAL

Run it again after an interruption: the journal knows what is done already.
"""

import sys
import threading
from pathlib import Path

import filed


def main(folder: str, connection: str, workspace: str, job: str, journal: str) -> int:
    with filed.Client() as client:  # settings from FILED_* variables
        push = client.push(
            connection_id=connection, workspace_id=workspace, job_name=job, journal=journal
        )
        over = threading.Event()
        display = threading.Thread(target=show_progress, args=(push, over))
        display.start()
        try:
            with push:
                add_clients(push, Path(folder))
            report = push.wait(timeout=3600)
        finally:
            over.set()
            display.join()
    for file in report.failed_files:
        print(f"{file.external_id}: {file.error}")
    return 1 if report.failed_files or report.failed_clients else 0


def add_clients(push: filed.Push, folder: Path) -> None:
    for directory in sorted(path for path in folder.iterdir() if path.is_dir()):
        # In earnest these are the ids of your own records; they must be yours alone.
        client_id = f"python/{directory.name}"
        client = push.add_client(directory.name, external_id=client_id)
        files = sorted(path for path in directory.iterdir() if path.is_file())
        client.add_files(filed.NewFile(f"{client_id}/{path.name}", path=path) for path in files)


def show_progress(push: filed.Push, over: threading.Event) -> None:
    last = None
    while True:
        ended = over.wait(0.1)
        files = push.progress().files
        line = (
            f"{files.total} files: {files.sent} sent, "
            f"{files.imported} imported, {files.failed} failed"
        )
        if line != last:
            print(line, flush=True)
            last = line
        if ended:
            return


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
