"""Pushes one document of one client with the installed wheel.

push.py CONNECTION_ID WORKSPACE_ID JOB_NAME
"""

import sys

import filed

assert filed.__file__.startswith(sys.prefix), f"{filed.__file__} is not the installed package"


def main(connection_id: str, workspace_id: str, job_name: str) -> int:
    with filed.Client() as client:
        with client.push(
            connection_id=connection_id, workspace_id=workspace_id, job_name=job_name
        ) as push:
            amber = push.add_client("Amber Lindqvist", external_id="client-1")
            amber.add_file("scans/Amber Lindqvist/w2.pdf", external_id="file-1")
        report = push.wait(timeout=60)
    print(f"{sys.version.split()[0]}: {report.files.imported} imported")
    return 0 if report.files.imported == 1 and not report.failed_files else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
