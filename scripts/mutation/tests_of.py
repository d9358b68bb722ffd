"""Which tests concern a file, and which of them reach a line of it: by what they import and name, then by coverage."""

import json
import re
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path

from python_faults import Fault

FILES_OF_TESTS = 3
"""So many test files, the closest ones, are asked about a file of the package; --again asks all."""


@dataclass
class Measured:
    """A test file's tests, run once without any fault."""

    seconds: dict[str, float] = field(default_factory=dict)
    lines: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    """Lines of each file of the package that a test reached: path -> test -> lines."""

    def reaching(self, path: str, first: int, last: int) -> set[str]:
        """Return the tests that reached one of the lines ``first`` to ``last`` of the file."""
        tests = self.lines.get(path, {})
        return {name for name, lines in tests.items() if any(first <= line <= last for line in lines)}

    def save(self, path: Path) -> None:
        """Keep it for the next run."""
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> "Measured":
        """Read what ``save`` wrote."""
        return cls(**json.loads(path.read_text(encoding="utf-8")))


def closest_test_files(path: str, source: str, tests: dict[str, str]) -> list[str]:
    """Return the test files that concern a file of the package, the closest first.

    A test file is close that imports the module or is named for it or its folder, and that names the functions and
    classes defined there: the fewer test files do, the more it says.
    """
    *folders, stem = Path(path).with_suffix("").parts[1:] or ("",)
    dotted = ".".join(Path(path).with_suffix("").parts)
    defined = re.findall(r"^(?:    )?(?:def|class|async def) ([a-zA-Z]\w{3,})", source, re.MULTILINE)
    words = {name: _words(text) for name, text in tests.items()}
    scores = dict.fromkeys(tests, 0.0)
    for name in set(defined):
        naming = [test for test in tests if name in words[test]]
        for test in naming:
            scores[test] += 2 / len(naming)
    for test, text in tests.items():
        named_for = Path(test).stem.split("_")
        scores[test] += 3 * (dotted in text) + 2 * any(_same(stem, word) for word in named_for)
        scores[test] += 1.5 * any(_same(folder, word) for folder in folders for word in named_for)
    ranked = sorted(tests, key=lambda test: (-scores[test], test))
    return [test for test in ranked if scores[test] > 0]


@cache
def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text))


def _same(name: str, word: str) -> bool:
    return len(word) > 3 and (name.startswith(word) or word.startswith(name[:6]) or word in name.split("_"))


def chosen(path: str, fault: Fault, measured: list[Measured], budget: float) -> list[str]:
    """Return the tests to run against a fault: those that reach its line, the quickest first, up to ``budget`` seconds.

    Where none is seen to (the line runs in another process), those that reach its function, then its file, then all.
    """
    first, last = fault.lines
    spans = [(fault.line, fault.line), (first, last)] if fault.where and first else []
    reaching: set[str] = set()
    for span in [*spans, (1, 1_000_000)]:
        reaching = {name for each in measured for name in each.reaching(path, *span)}
        if reaching:
            break
    seconds = {name: took for each in measured for name, took in each.seconds.items()}
    # What runs in other processes is not seen: of the closest file all tests are asked, after those that are seen.
    others = set(measured[0].seconds) - reaching if measured and not _well_reached(reaching) else set()
    tests, spent = [], 0.0
    for name in [*sorted(reaching & seconds.keys(), key=seconds.__getitem__), *sorted(others, key=seconds.__getitem__)]:
        spent += seconds[name]
        if tests and spent > budget:
            break
        tests.append(name)
    return tests


def _well_reached(tests: set[str]) -> bool:
    return len(tests) >= 3
