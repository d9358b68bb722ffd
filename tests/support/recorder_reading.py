"""What the recorder's tests ask of an export, and how they run a script in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def document(export: dict[str, Any] | bytes | str) -> dict[str, Any]:
    """Parse an export strictly (no NaN) and check what holds for every one of them."""

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    if not isinstance(export, dict):
        export = json.loads(export, parse_constant=refuse)
    phases = [event["ph"] for event in export["traceEvents"]]
    assert set(phases) <= set("MBEiC")
    aero = export["otherData"]["aero"]
    lost: Counter[str] = Counter()
    for lane in export["otherData"]["aero_nb"]["lanes"]:
        assert lane["dropped_records"] >= 0
        lost[lane["name"]] += lane["dropped_records"]
    assert dict(lost) == aero["droppedRecordsByThread"]
    return export


def short(export: dict[str, Any] | bytes | str, lane: str = "Main") -> list[str]:
    """Return the events of a lane as "B name", without those of start and stop."""
    parsed = document(export)
    tids = {tid for tid, name in lanes(parsed).items() if name == lane}
    kept = [e for e in parsed["traceEvents"] if e["ph"] != "M" and e["tid"] in tids]
    return [f"{e['ph']} {e.get('name')}" for e in kept if e.get("name") not in ("traceStart", "traceStop")]


def lanes(export: dict[str, Any]) -> dict[int, str]:
    """Return tid -> name."""
    return {e["tid"]: e["args"]["name"] for e in export["traceEvents"] if e["ph"] == "M" and e["name"] == "thread_name"}


def named(export: dict[str, Any] | bytes, name: str) -> list[dict[str, Any]]:
    """Return the events of that name."""
    return [event for event in document(export)["traceEvents"] if event.get("name") == name]


def dropped(export: dict[str, Any]) -> int:
    """Return all counted drops."""
    return sum(export["otherData"]["aero"]["droppedRecordsByThread"].values())


def records(export: dict[str, Any]) -> int:
    """Return how many events the rings gave, those of start included (stop is added at export)."""
    return sum(event["ph"] != "M" and event.get("name") != "traceStop" for event in export["traceEvents"])


def nests(export: dict[str, Any]) -> bool:
    """Whether on every lane each end closes the innermost open span."""
    stacks: dict[int, list[str]] = {}
    for event in document(export)["traceEvents"]:
        stack = stacks.setdefault(event["tid"], [])
        if event["ph"] == "B":
            stack.append(event["name"])
        elif event["ph"] == "E" and (not stack or stack.pop() != event["name"]):
            return False
    return True


def run_python(
    code: str, *args: str, folder: Path, check: bool = True, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run ``code`` as a script in ``folder``, its shared rings there too."""
    script = folder / "script.py"
    script.write_text(code)
    rings = folder / "rings"
    rings.mkdir(exist_ok=True)
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("AERO_TRACE")}
    paths = [str(ROOT), *([inherited["PYTHONPATH"]] if inherited.get("PYTHONPATH") else [])]
    env = inherited | {"PYTHONPATH": os.pathsep.join(paths), "AERO_TRACE_FOLDER": str(rings)} | environment
    command = [sys.executable, "-W", "error", str(script), *args]
    run = _run_to_the_end(command, folder, env)
    if check:
        assert run.returncode == 0, run.stderr
        assert not list(rings.iterdir()), "left behind"
    return run


def _run_to_the_end(command: list[str], folder: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a command; one that takes too long is killed with all the workers it started."""
    with subprocess.Popen(
        command, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            out, errors = process.communicate(timeout=300)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            out, errors = process.communicate()
            raise AssertionError(f"{command} did not end in 120 s; it said:\n{out}\n{errors}") from None
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    return subprocess.CompletedProcess(command, process.returncode, out, errors)
