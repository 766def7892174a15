"""Carries out the scenarios with the package `filed` and writes down what it got.

What a runner does is said in tests/scenarios/README.md; it judges nothing.

    python run.py --control URL --scenarios scenarios.json --out LOG [--only TEXT]
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from control import Control, ControlError
from files import make_files
from operations import Operations
from references import Unresolved, resolve
from words import error_words


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--control", required=True)
    parser.add_argument("--scenarios", required=True, type=Path)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--only", default="")
    options = parser.parse_args()

    scenarios = json.loads(options.scenarios.read_text("utf-8"))
    chosen = [scenario for scenario in scenarios if options.only in scenario["id"]]
    control = Control(options.control)
    with options.out.open("w", encoding="utf-8") as log:

        def write(**line: Any) -> None:
            log.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
            log.flush()

        for scenario in chosen:
            carry_out(scenario, control, write)
    print(f"{len(chosen)} scenarios run")
    return 0


def carry_out(scenario: dict[str, Any], control: Control, write: Any) -> None:
    ready = control.prepare(scenario)
    directory = Path(tempfile.mkdtemp(prefix="scenario-"))
    try:
        make_files(directory, scenario.get("files", {}))
        values: dict[str, Any] = {**ready, "dir": str(directory)}
        operations = Operations(control, directory, values, scenario.get("client", {}))
        try:
            for number, step in enumerate(scenario["steps"], 1):
                result = carry_out_step(step, operations, values)
                write(scenario=scenario["id"], step=number, op=step["op"], **result)
        finally:
            operations.close()
        write(scenario=scenario["id"], state=control.summary())
    finally:
        # A journal that is let go of may still be taking its side files away.
        shutil.rmtree(directory, ignore_errors=True)


def carry_out_step(
    step: dict[str, Any], operations: Operations, values: dict[str, Any]
) -> dict[str, Any]:
    meta = {"op", "as", "expect", "compare"}
    try:
        given = {key: resolve(value, values) for key, value in step.items() if key not in meta}
        result = operations.perform(step["op"], given)
    except Unresolved:
        return {"error": {"code": "UNRESOLVED"}}
    except ControlError:
        return {"error": {"code": "CONTROL"}}
    except Exception as e:
        return {"error": error_words(e)}
    if "as" in step:
        values[step["as"]] = result
    return {"ok": result}


if __name__ == "__main__":
    sys.exit(main())
