"""No token, key, name or path where it does not belong."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path
from typing import Any

import filed
import pytest

from sandbox import Sandbox

NAME = "PLANTED-Taxpayer"


def texts_of(value: Any) -> list[str]:
    texts = [str(value), repr(value)]
    if isinstance(value, BaseException):
        texts += traceback.format_exception(value)
    return texts


def test_nothing_tells_a_secret(
    sandbox: Sandbox, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: Any
) -> None:
    folder = tmp_path / f"{NAME}-folder"
    folder.mkdir()
    caplog.set_level(logging.DEBUG)
    seen: list[Any] = []
    client = filed.Client(**sandbox.settings)
    seen += [client, client.uploads, client._session.native]
    push = client.push(job_name="Season", on_event=seen.append, **sandbox.place)
    smith = push.add_client(f"{NAME} Smith", external_id="c1")
    smith.add_file(folder / "gone.pdf", external_id="f1")
    seen += [push, smith, filed.NewFile("f", path=folder / "gone.pdf")]
    for call in (
        push.commit,
        lambda: smith.add_file("x", external_id="", file_name=NAME),
        lambda: push.add_client(f"{NAME} Doe", external_id="c1"),
        lambda: push.add_client(f"{NAME}\n", external_id="c2"),
        lambda: client.uploads.file(folder),
        lambda: client.jobs.create("connection_none", NAME),
        lambda: filed.Client(**sandbox.partner_settings).uploads.bytes(b"x", file_name=NAME),
        lambda: filed.Client(**{**sandbox.settings, "api_key": "wrong-PLANTED-"}).me(),
        lambda: filed.Client(**sandbox.settings, proxy="http://user:PLANTED-@127.0.0.1:1").me(),
    ):
        with pytest.raises(filed.FiledError) as raised:
            call()
        # Frames of this test quote their own source, which is no output of the library's.
        seen.append(raised.value.with_traceback(None))
    seen += list(push.events())
    push.close()
    client.close()
    out, err = capfd.readouterr()
    texts = [text for value in seen for text in texts_of(value)] + [out, err, caplog.text]
    secrets = [sandbox.ready["api_key"], sandbox.ready["partner_token"], "PLANTED", "eyJ"]
    assert len(seen) > 15
    for text in texts:
        assert not any(secret in text for secret in secrets), text
