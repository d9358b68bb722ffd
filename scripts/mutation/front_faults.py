"""The small faults that can be planted in the page side's logic, and its unit tests run against one.

The TypeScript is not parsed: Biome's format puts spaces around every two-sided operator and none around a type's
brackets, so patterns tell them apart. What does not bundle is no fault.
"""

import os
import re
import subprocess
from pathlib import Path

from python_faults import Fault

FRONT = Path("aero_nb/timeline/front")
CHANGES = {
    " < ": " <= ", " <= ": " < ", " > ": " >= ", " >= ": " > ", " === ": " !== ", " !== ": " === ",
    " + ": " - ", " - ": " + ", " * ": " / ", " / ": " * ", " % ": " * ", " += ": " -= ", " -= ": " += ",
    " && ": " || ", " || ": " && ", " ?? ": " && ", " & ": " | ", " >> ": " << ", " << ": " >> ", " >>> ": " << ",
    "Math.max(": "Math.min(", "Math.min(": "Math.max(", "Math.floor(": "Math.ceil(", "Math.ceil(": "Math.floor(",
    "Math.round(": "Math.floor(", ".some(": ".every(", ".every(": ".some(", "true": "false", "false": "true",
    "break;": "continue;", "continue;": "break;",
}  # fmt: skip
_WORDS_OR_SIGNS = [rf"\b{old}\b" if old.isalpha() else re.escape(old) for old in sorted(CHANGES, key=len, reverse=True)]
OPERATORS = re.compile("|".join(_WORDS_OR_SIGNS))
NUMBER = re.compile(r"(?<![\w.#])\d[\d_]*(?:\.\d+)?(?:e\d+)?(?![\w.])")
NOTHING = "return undefined;"
RETURN = re.compile(r"return [^;{]+;")
CALL = re.compile(r"(?m)^\s+((?!return|throw|if|for|while|switch|import|export|super)[\w.]+\([^;{}]*\);)$")
NEGATION = re.compile(r"!(?=[a-z(])")
CONDITION = re.compile(r"(?<=if \()(?!.*(?: [<>=!]==? | [<>] ))([^{};]+?)(?=\) (?:\{|return|continue|break|throw))")
LEFT_ALONE = re.compile(
    r"""//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\])*"|`[^`]*`"""
    r"|^import [^;]*;|^export type [^;]*;|^(?:export )?interface [^}]*}",
    re.MULTILINE | re.DOTALL,
)
FUNCTION = re.compile(
    r"^(?:  )?(?:export |async |static |private |get )*(?:function )?(\w+)(?:<.*>)?\(.*\{$|^(?:export )?class (\w+)",
    re.MULTILINE,
)


def files(root: Path) -> list[Path]:
    """Return the files in which faults are planted: what knows no page."""
    return sorted(path for room in ("data", "logic") for path in (root / FRONT / "src" / room).glob("*.ts"))


def faults(source: bytes) -> list[Fault]:
    """Return every fault that can be planted in ``source``, in order."""
    text = source.decode()
    changes = [(*match.span(), CHANGES[match[0]]) for match in OPERATORS.finditer(text)]
    changes += [(*match.span(), _next(match[0])) for match in NUMBER.finditer(text)]
    changes += [(*match.span(), NOTHING) for match in RETURN.finditer(text) if match[0] != NOTHING]
    changes += [(*match.span(1), ";") for match in CALL.finditer(text)]
    changes += [(*match.span(), "") for match in NEGATION.finditer(text)]
    changes += [(*match.span(1), f"!({match[1]})") for match in CONDITION.finditer(text)]
    alone = [match.span() for match in LEFT_ALONE.finditer(text)]
    changes = [change for change in changes if not any(start <= change[0] < end for start, end in alone)]
    return [_fault(text, *change) for change in sorted(changes)]


def _next(number: str) -> str:
    value = float(number.replace("_", ""))
    return str(value + 1 if value + 1 != value else value * 2).removesuffix(".0")


def _fault(text: str, start: int, end: int, new: str) -> Fault:
    before = text[:start]
    inside = [match[1] or match[2] for match in FUNCTION.finditer(before)]
    where = inside[-1] if inside else ""
    return Fault(len(before.encode()), len(text[:end].encode()), new, before.count("\n") + 1, where)


def is_valid(source: bytes) -> bool:
    """Return True: whether it bundles is seen when it is tried."""
    return bool(source)


class Attempt:
    """Tries a fault of the page side with all of its unit tests: together they take a second."""

    def __init__(self, copy: Path) -> None:
        self.front = copy / FRONT
        modules = self.front / "node_modules"
        if not modules.exists():
            subprocess.run(["npm", "ci", "--silent"], cwd=self.front, check=True)
        if self.run():
            raise SystemExit("The page side's unit tests fail without any fault: mend them first (scripts/front).")

    def __call__(self, path: str, fault: Fault) -> dict[str, object]:
        """Plant the fault, run the tests, take it out."""
        file = self.front / Path(path).relative_to(FRONT)
        source = file.read_bytes()
        try:
            file.write_bytes(fault.planted_in(source))
            status = self.run()
        finally:
            file.write_bytes(source)
        return {"outcome": "timeout" if status is None else "failed" if status else "survived"}

    def run(self) -> int | None:
        """Run the unit tests; their status, None when they take too long (a loop that does not end)."""
        process = subprocess.Popen(
            ["node", "test.js"],
            cwd=self.front,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            return process.wait(timeout=90)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait()
            return None
