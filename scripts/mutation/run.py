"""Plant faults and ask the tests: see scripts/mutate."""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

import asking
import front_faults
import python_faults
from python_faults import Fault
from tests_of import Measured, Reach

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "mutation"
MARKERS = "not lab and not slow"
BUDGET, BUDGET_AGAIN = 15.0, 45.0
"""Seconds of tests, as measured without a fault, that are spent on one fault."""


def main() -> None:
    """Draw the faults, try each, print the table and the survivors."""
    options = _options()
    BUILD.mkdir(parents=True, exist_ok=True)
    results = BUILD / ("front.jsonl" if options.front else "python.jsonl")
    known = _known(results)
    drawn = _drawn(options, front_faults if options.front else python_faults)
    copy = _copied()
    attempt: Callable[[str, Fault], dict[str, object]]
    attempt = front_faults.Attempt(copy) if options.front else PythonAttempt(copy, again=options.again)
    if options.measure:
        return
    for number, (path, fault) in enumerate(drawn, 1):
        name = _identity(path, fault)
        if name in known and not (options.again and known[name]["outcome"] == "survived"):
            continue
        record = {"id": name, "path": path, "line": fault.line, "where": fault.where, "change": _shown(path, fault)}
        known[name] = record | attempt(path, fault)
        with results.open("a", encoding="utf-8") as file:
            file.write(json.dumps(known[name]) + "\n")
        print(f"{number}/{len(drawn)} {known[name]['outcome']:9} {path}:{fault.line} {record['change']}", flush=True)
    _report([known[name] for path, fault in drawn if (name := _identity(path, fault)) in known])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/mutate")
    parser.add_argument("-n", type=int, default=300, help="so many faults")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--only", default="", help="only files whose path contains this")
    parser.add_argument("--front", action="store_true", help="the page side's logic")
    parser.add_argument("--measure", action="store_true", help="only run the tests once, under coverage, to know them")
    parser.add_argument("--again", action="store_true", help="once more those that survived, with all tests")
    return parser.parse_args()


def _drawn(options: argparse.Namespace, language: object) -> list[tuple[str, Fault]]:
    """Draw by a number that depends on the fault alone: new code does not change which of the old faults are drawn.

    They are tried in this order, so that the faults of a run that was stopped are a fair sample too.
    """
    paths = language.files(ROOT)
    files = {str(path.relative_to(ROOT)): path.read_bytes() for path in paths}
    every = [
        (path, fault) for path, source in files.items() for fault in language.faults(source) if options.only in path
    ]
    every.sort(key=lambda each: hashlib.sha256((options.seed + _identity(*each)).encode()).digest())
    drawn: list[tuple[str, Fault]] = []
    for path, fault in every:
        if len(drawn) == options.n:
            break
        if language.is_valid(fault.planted_in(files[path])):
            drawn.append((path, fault))
    print(f"{len(drawn)} of {len(every):,} faults in {len(files)} files", flush=True)
    return drawn


def _identity(path: str, fault: Fault) -> str:
    """Return a name of the fault that stays when its file moves or grows: function, text of the line, change."""
    source = (ROOT / path).read_bytes()
    line = source.splitlines()[fault.line - 1].strip()
    at = fault.start - source.rfind(b"\n", 0, fault.start) if fault.start else 0
    indent = len(source.splitlines()[fault.line - 1]) - len(line)
    key = f"{Path(path).stem} {fault.where} {line.decode()} {at - indent} {fault.end - fault.start} {fault.new}"
    return hashlib.sha256(key.encode()).hexdigest()[:12]


def _shown(path: str, fault: Fault) -> str:
    source = (ROOT / path).read_bytes()
    before = source.rfind(b"\n", 0, fault.start) + 1
    after = source.find(b"\n", fault.end)
    old, new = source[before:after], source[before : fault.start] + fault.new.encode() + source[fault.end : after]
    return f"{old.decode().strip()}  ->  {new.decode().strip()}"


def _copied() -> Path:
    """Copy what the tests need; the faults are planted there."""
    copy = BUILD / "copy"
    wanted = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, check=True
    )
    names = {name for name in wanted.stdout.decode().split("\0") if name and not name.startswith("build/")}
    names |= {str(core.relative_to(ROOT)) for core in ROOT.glob("aero_nb/_native/*.so")}  # git knows only its sources
    if copy.exists():
        for old in copy.rglob("*"):
            made = old.suffix == ".pyc" or "node_modules" in old.parts
            if old.is_file() and not made and str(old.relative_to(copy)) not in names:
                old.unlink()
    for name in sorted(names):
        source, target = ROOT / name, copy / name
        if source.is_file() and not (target.exists() and target.read_bytes() == source.read_bytes()):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    return copy


class PythonAttempt:
    """Tries a fault of a Python file with the tests that reach it."""

    def __init__(self, copy: Path, *, again: bool) -> None:
        self.copy = copy
        self.budget = BUDGET_AGAIN if again else BUDGET
        asking.load_libraries()
        package = b"".join(path.read_bytes() for path in sorted(copy.glob("aero_nb/**/*.py")))
        self.package = hashlib.sha256(package).hexdigest()
        self.reach = Reach([self.measure(path) for path in sorted(copy.glob("tests/**/test_*.py"))])

    def __call__(self, path: str, fault: Fault) -> dict[str, object]:
        """Plant the fault, run the tests, take it out."""
        file = self.copy / path
        source, times = file.read_bytes(), (file.stat().st_atime_ns, file.stat().st_mtime_ns)
        tests, reached = self.reach.chosen(path, fault, self.budget)
        asked: dict[str, object] = {"tests": len(tests), "reached": reached}
        try:
            file.write_bytes(fault.planted_in(source))
            for part, with_core in self.rounds(path, tests):
                outcome, by = self.ask(part, with_core=with_core)
                if outcome != "passed":
                    return asked | {"outcome": outcome, "by": by}
        finally:
            file.write_bytes(source)
            os.utime(file, ns=times)  # what Python compiled of it is valid again
        return asked | {"outcome": "survived"}

    def rounds(self, path: str, tests: list[str]) -> list[tuple[list[str], bool]]:
        """Return which tests are asked in turn, and whether with the native core, which hides the reader's Python."""
        parts = self.reach.in_two(tests)
        rounds = [(part, True) for part in parts]
        return rounds + [(part, False) for part in parts] if "/reader/" in path else rounds

    def ask(self, tests: list[str], *, with_core: bool) -> tuple[str, str]:
        """Run the tests up to the first that fails."""
        expected = sum(map(self.reach.seconds.__getitem__, tests))
        os.environ.pop("AERO_NB_NATIVE", None)
        if not with_core:
            os.environ["AERO_NB_NATIVE"] = "0"
        return asking.outcome(tests, self.copy, BUILD / "log", 20 + 3 * expected)

    def measure(self, path: Path) -> Measured:
        """Return what a test file's tests reach, measured once for each state of the file and the package."""
        test = str(path.relative_to(self.copy))
        state = hashlib.sha256(path.read_bytes() + self.package.encode()).hexdigest()[:16]
        saved = BUILD / "measured" / f"{path.parent.name}-{path.stem}-{state}.json"
        if not saved.exists():
            saved.parent.mkdir(exist_ok=True)
            measured = asking.measure(test, self.copy, saved.with_suffix(".log"), MARKERS, 900)
            measured.save(saved)
            print(f"{test}: {len(measured.seconds)} tests, {sum(measured.seconds.values()):.0f} s", flush=True)
        return Measured.load(saved)


def _known(results: Path) -> dict[str, dict[str, object]]:
    lines = results.read_text(encoding="utf-8").splitlines() if results.exists() else []
    return {record["id"]: record for record in map(json.loads, lines)}


def _report(records: list[dict[str, object]]) -> None:
    rooms: dict[str, Counter[str]] = defaultdict(Counter)
    for record in records:
        rooms[_room(str(record["path"]))][str(record["outcome"])] += 1
    total = sum(rooms.values(), Counter())
    print("\n| part | faults | caught | survived |\n|---|---:|---:|---:|")
    for room, counts in [*sorted(rooms.items()), ("all", total)]:
        caught = counts["failed"] + counts["timeout"]
        print(f"| {room} | {counts.total()} | {caught} | {counts['survived']} |")
    print("\nSurvived:")
    for record in records:
        if record["outcome"] == "survived":
            print(f"{record['path']}:{record['line']} in {record['where'] or 'the module'}: {record['change']}")


def _room(path: str) -> str:
    parts = Path(path).parts
    return parts[1] if len(parts) > 2 else "files in the root"


if __name__ == "__main__":
    main()
