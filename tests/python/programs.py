"""Small programs in processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

# Bounds a program that hangs; what is measured is measured elsewhere.
LIMIT = 60

PREAMBLE = """
import asyncio, io, json, os, signal, sys, threading, time
import filed

PLACE = json.loads(os.environ["PLACE"])
# Whoever runs the tests may ignore it, as nohup does, and what is ignored is inherited.
signal.signal(signal.SIGINT, signal.default_int_handler)

def say(word):
    print(word, flush=True)

def say_when_waiting(word="waiting"):
    '''Says a word once the main thread waits in the package's native code.'''
    main = threading.main_thread().ident
    def watch():
        while True:
            frame = sys._current_frames()[main]
            if frame.f_code.co_filename.endswith(("filed/_runner.py", "filed/_streams.py")):
                return say(word)
            time.sleep(0.002)
    threading.Thread(target=watch, daemon=True).start()
"""


def start(source: str, variables: Mapping[str, str], place: str = "{}") -> subprocess.Popen[str]:
    """Starts a program with the preamble's functions."""
    return subprocess.Popen(
        [sys.executable, "-c", PREAMBLE + source],
        env={**os.environ, **variables, "PLACE": place},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Waits for the end; exit code, output and errors."""
    try:
        out, err = process.communicate(timeout=LIMIT)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        raise AssertionError(f"the program hung: {out}{err}") from None
    return process.returncode, out, err


def run(source: str, variables: Mapping[str, str], place: str = "{}") -> str:
    """Runs a program that must succeed; its output."""
    code, out, err = finish(start(source, variables, place))
    assert code == 0, err
    return out


def said(process: subprocess.Popen[Any], word: str) -> None:
    """Waits for a program to say a word."""
    assert process.stdout is not None
    line = process.stdout.readline()
    if line.strip() != word:
        process.kill()
        rest, err = process.communicate()
        raise AssertionError(f"{line}{rest}{err}")
