"""The C library by plain dynamic loading: nothing is known but its name and the header's layouts.

push.py LIBRARY CONNECTION_ID WORKSPACE_ID JOB_NAME
"""

import ctypes
import sys
from ctypes import POINTER, Structure, byref, c_char_p, c_int32, c_uint32, c_uint64, c_void_p, sizeof


class PushOptions(Structure):
    _fields_ = [
        ("size", c_uint32),
        ("allow_partial", c_int32),
        ("connection_id", c_char_p),
        ("workspace_id", c_char_p),
        ("job_name", c_char_p),
        ("journal_path", c_char_p),
        ("on_existing", c_uint32),
        ("reserved", c_uint32),
    ]


class File(Structure):
    _fields_ = [
        ("size", c_uint32),
        ("reserved", c_uint32),
        ("external_id", c_char_p),
        ("path", c_char_p),
        ("data", c_void_p),
        ("data_length", c_uint64),
        ("url", c_char_p),
        ("file_name", c_char_p),
        ("mime_type", c_char_p),
        ("category", c_char_p),
        ("metadata_json", c_char_p),
    ]


class Counts(Structure):
    _fields_ = [
        (name, c_uint64)
        for name in ("total", "sent", "attached", "imported", "failed", "cancelled")
    ]


SIGNATURES = {
    "filed_client_free": (None, [c_void_p]),
    "filed_client_new": (c_void_p, [c_void_p, POINTER(c_void_p)]),
    "filed_config_free": (None, [c_void_p]),
    "filed_config_from_env": (c_void_p, []),
    "filed_error_message": (c_char_p, [c_void_p]),
    "filed_error_name": (c_char_p, [c_void_p]),
    "filed_push_add_client": (c_void_p, [c_void_p, c_char_p, c_char_p, POINTER(c_uint64)]),
    "filed_push_add_file": (c_void_p, [c_void_p, c_uint64, POINTER(File)]),
    "filed_push_commit": (c_void_p, [c_void_p, c_uint64]),
    "filed_push_free": (None, [c_void_p]),
    "filed_push_open": (c_void_p, [c_void_p, POINTER(PushOptions), POINTER(c_void_p)]),
    "filed_push_wait": (c_void_p, [c_void_p, c_uint64, POINTER(c_void_p)]),
    "filed_report_files": (None, [c_void_p, POINTER(Counts)]),
    "filed_report_free": (None, [c_void_p]),
    "filed_shutdown": (c_void_p, [c_uint64]),
}


def main(library, connection_id, workspace_id, job_name):
    filed = ctypes.CDLL(library)
    for name, (result, arguments) in SIGNATURES.items():
        function = getattr(filed, name)
        function.restype, function.argtypes = result, arguments

    def check(error):
        if error:
            name, message = filed.filed_error_name(error), filed.filed_error_message(error)
            sys.exit(f"{name.decode()}: {message.decode()}")

    config, client, push, report = filed.filed_config_from_env(), c_void_p(), c_void_p(), c_void_p()
    check(filed.filed_client_new(config, byref(client)))
    options = PushOptions(
        size=sizeof(PushOptions),
        connection_id=connection_id.encode(),
        workspace_id=workspace_id.encode(),
        job_name=job_name.encode(),
    )
    check(filed.filed_push_open(client, byref(options), byref(push)))
    amber = c_uint64()
    check(filed.filed_push_add_client(push, b"Amber Lindqvist", b"client-1", byref(amber)))
    file = File(size=sizeof(File), external_id=b"file-1", path=b"scans/Amber Lindqvist/w2.pdf")
    check(filed.filed_push_add_file(push, amber, byref(file)))
    check(filed.filed_push_commit(push, 60_000))
    check(filed.filed_push_wait(push, 60_000, byref(report)))
    counts = Counts()
    filed.filed_report_files(report, byref(counts))
    filed.filed_report_free(report)
    filed.filed_push_free(push)
    filed.filed_client_free(client)
    filed.filed_config_free(config)
    check(filed.filed_shutdown(10_000))
    print(f"{counts.imported} imported, {counts.failed} failed")
    return 0 if (counts.imported, counts.failed) == (1, 0) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
