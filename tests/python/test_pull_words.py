"""The words and defaults of `filed.pull` are those of the core."""

from __future__ import annotations

import re
from typing import get_args

from filed import pull

from sandbox import ROOT

CORE = ROOT / "core/src/pull"


def renamed(enum: str) -> set[str]:
    """The words of an enum of the core's, as they are on the wire."""
    text = (CORE / "types.rs").read_text("utf-8")
    block = re.search(rf"pub enum {enum} \{{(.*?)\n\}}", text, re.DOTALL)
    assert block is not None
    return set(re.findall(r'rename = "(-?\w+)"', block[1]))


def camel(word: str) -> str:
    return re.sub(r"_(\w)", lambda found: found[1].upper(), word)


def test_no_order_is_missing() -> None:
    assert {camel(word) for word in get_args(pull.ClientSort)} == renamed("ClientSort")
    assert {camel(word) for word in get_args(pull.FileSort)} == renamed("FileSort")


def test_no_scope_is_missing() -> None:
    text = (CORE / "auth/mod.rs").read_text("utf-8")
    words = re.findall(r'Self::\w+ => "(\w+\.\w+)"', text)
    assert set(get_args(pull.Scope)) == set(pull.SCOPES) == set(words)


def test_limits_are_those_of_the_core() -> None:
    text = (CORE / "config.rs").read_text("utf-8")
    block = re.search(r"impl Default for Limits \{(.*?)\n\}", text, re.DOTALL)
    assert block is not None
    found: dict[str, float] = {}
    for name, value in re.findall(r"(\w+): (?:Duration::from_secs\()?([\d <*]+)\)?,", block[1]):
        found[name] = eval(value)
    limits = pull.Limits()
    assert limits.rate is not None
    ours = {name: getattr(limits, name) for name in limits.__slots__ if name != "rate"}
    ours |= {"per_second": limits.rate.per_second, "burst": limits.rate.burst}
    assert ours == found
