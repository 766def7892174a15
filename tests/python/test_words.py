"""The words of states and events are those of the core."""

from __future__ import annotations

import re
from typing import Any, get_args

import filed
import pytest

from sandbox import ROOT


@pytest.mark.parametrize(
    ("alias", "source", "enum"),
    [
        (filed.EventKind, "event.rs", r"kinds! \{(.*?)\n\}"),
        (filed.PushState, "report.rs", r"impl PushState \{(.*?)\n\}"),
        (filed.ItemState, "report.rs", r"impl ItemState \{(.*?)\n\}"),
    ],
)
def test_no_word_is_missing(alias: Any, source: str, enum: str) -> None:
    text = (ROOT / "core/src/push" / source).read_text("utf-8")
    block = re.search(enum, text, re.DOTALL)
    assert block is not None
    words = re.findall(r'(?:= |=> )"(\w+)"', block[1])
    assert words
    assert set(get_args(alias)) == set(words)
