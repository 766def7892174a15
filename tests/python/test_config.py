"""Settings: by keyword, then from variables; wrong ones are named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import filed
import pytest

from sandbox import Sandbox

GIVEN: dict[str, Any] = {"api_key": "key", "source_platform": "pytest"}


def test_settings_come_from_variables(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in sandbox.variables.items():
        monkeypatch.setenv(name, value)
    with filed.Client() as client:
        assert client.me().id == "user_1"


def test_arguments_win_over_variables(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in sandbox.variables:
        monkeypatch.setenv(name, "http://127.0.0.1:1/")
    with filed.Client(**sandbox.settings) as client:
        assert client.me().id == "user_1"


def test_a_missing_setting_is_named_with_its_variable() -> None:
    with pytest.raises(filed.ConfigMissingError, match=r"api_key.*FILED_API_KEY") as raised:
        filed.Client()
    assert isinstance(raised.value, ValueError)
    with pytest.raises(filed.ConfigMissingError, match=r"source_platform.*FILED_SOURCE_PLATFORM"):
        filed.AsyncClient(api_key="key")


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("api_key", 1, "a string"),
        ("role", b"customer", "a string"),
        ("timeout", "1", "a number of seconds"),
        ("timeout", True, "a number of seconds"),
        ("max_attempts", 1.5, "a whole number"),
        ("ca_bundle", 1.5, "a path"),
        ("wire_profile", object(), "a path"),
        ("partner_token", 7, "a string or a function"),
    ],
)
def test_a_wrong_type_is_named(name: str, value: Any, wanted: str) -> None:
    with pytest.raises(TypeError, match=f"`{name}` must be {wanted}, not {type(value).__name__}"):
        filed.Client(**{**GIVEN, name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("role", "admin"),
        ("timeout", 0),
        ("timeout", -1.0),
        ("timeout", float("nan")),
        ("connect_timeout", float("inf")),
        ("stall_timeout", -0.5),
        ("max_attempts", 0),
        ("max_concurrency", 257),
        ("max_concurrency", -1),
        ("gateway_url", "http://example.com/"),
        ("upload_url", "not a url"),
    ],
)
def test_a_wrong_value_is_a_value_error_that_names_the_setting(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=name):
        filed.Client(**{**GIVEN, name: value})


def test_a_setting_that_does_not_exist_is_refused() -> None:
    with pytest.raises(TypeError, match="apikey"):
        filed.Client(apikey="key")  # type: ignore[call-arg]


def test_a_wire_profile_is_read_from_any_kind_of_path(tmp_path: Path) -> None:
    profile = tmp_path / "profile.json"
    profile.write_text('{"upload": {"partname": "x"}}')
    for path in (profile, str(profile)):
        with pytest.raises(filed.WireProfileInvalidError, match="partname") as raised:
            filed.Client(**GIVEN, wire_profile=path)
        assert raised.value.path == profile


def test_a_role_with_the_other_roles_credential_is_refused(sandbox: Sandbox) -> None:
    with pytest.raises(filed.RoleMismatchError):
        filed.Client(**sandbox.settings, partner_token="jwt")
    with pytest.raises(filed.RoleMismatchError):
        filed.Client(**sandbox.settings, partner_token=lambda: "jwt")
    assert sandbox.requests() == 0
