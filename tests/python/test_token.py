"""Partner tokens from a function of the host's."""

from __future__ import annotations

import asyncio
import threading

import filed
import pytest

from sandbox import Sandbox


def test_the_function_is_asked_on_a_thread_of_python(sandbox: Sandbox) -> None:
    threads = []

    def token() -> str:
        threads.append(threading.current_thread())
        return str(sandbox.ready["partner_token"])

    with filed.Client(partner_token=token, **sandbox.partner_settings) as client:
        client.uploads.bytes(b"content", file_name="a.txt")
        client.uploads.bytes(b"content", file_name="b.txt")
    assert threads
    assert threading.current_thread() not in threads


def test_it_is_asked_again_when_a_token_was_refused(sandbox: Sandbox) -> None:
    tokens = ["expired", str(sandbox.ready["partner_token"])]
    client = filed.Client(partner_token=lambda: tokens.pop(0), **sandbox.partner_settings)
    with client:
        client.uploads.bytes(b"content", file_name="a.txt")
    assert tokens == []


def test_its_exception_is_the_cause(sandbox: Sandbox) -> None:
    failure = KeyError("PLANTED-secret")

    def token() -> str:
        raise failure

    with (
        filed.Client(partner_token=token, **sandbox.partner_settings) as client,
        pytest.raises(filed.CallbackFailedError, match="raised KeyError") as raised,
    ):
        client.uploads.bytes(b"content", file_name="a.txt")
    assert raised.value.__cause__ is failure
    assert "PLANTED" not in str(raised.value)


def test_what_is_no_string_is_refused(sandbox: Sandbox) -> None:
    client = filed.Client(partner_token=lambda: 7, **sandbox.partner_settings)  # type: ignore[arg-type, return-value]
    with client, pytest.raises(filed.CallbackFailedError) as raised:
        client.uploads.bytes(b"content", file_name="a.txt")
    assert isinstance(raised.value.__cause__, TypeError)


@pytest.mark.parametrize("kind", ["plain", "async"])
def test_an_async_client_takes_both_kinds(sandbox: Sandbox, kind: str) -> None:
    def plain() -> str:
        return str(sandbox.ready["partner_token"])

    async def awaited() -> str:
        await asyncio.sleep(0)
        return plain()

    async def main() -> None:
        token = plain if kind == "plain" else awaited
        async with filed.AsyncClient(partner_token=token, **sandbox.partner_settings) as client:
            await client.uploads.bytes(b"content", file_name="a.txt")

    asyncio.run(main())


def test_the_exception_of_an_async_function_is_the_cause(sandbox: Sandbox) -> None:
    async def token() -> str:
        raise KeyError("planned")

    async def main() -> None:
        async with filed.AsyncClient(partner_token=token, **sandbox.partner_settings) as client:
            with pytest.raises(filed.CallbackFailedError) as raised:
                await client.uploads.bytes(b"content", file_name="a.txt")
            assert isinstance(raised.value.__cause__, KeyError)

    asyncio.run(main())


def test_its_thread_ends_with_the_client(sandbox: Sandbox) -> None:
    def token() -> str:
        return str(sandbox.ready["partner_token"])

    client = filed.Client(partner_token=token, **sandbox.partner_settings)
    (thread,) = (t for t in threading.enumerate() if t.name == "filed-partner-token")
    client.close()
    thread.join(10)
    assert not thread.is_alive()
