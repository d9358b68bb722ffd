"""Which tests reach a line of the package, and which of them to ask about a fault there."""

import json
from collections import defaultdict
from dataclasses import asdict, dataclass, field
from pathlib import Path

from python_faults import Fault

AT_FIRST = 2.0
"""Seconds of tests that are asked in a first run: most faults fall there, and the other test files are not loaded."""


@dataclass
class Measured:
    """A test file's tests, run once without any fault."""

    seconds: dict[str, float] = field(default_factory=dict)
    """Of each test that passed, under coverage."""
    lines: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    """Lines of each file of the package that a test reached, in its own process or another: path -> test -> lines."""

    def save(self, path: Path) -> None:
        """Keep it for the next run."""
        path.write_text(json.dumps(asdict(self), separators=(",", ":")), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> "Measured":
        """Read what ``save`` wrote."""
        return cls(**json.loads(path.read_text(encoding="utf-8")))


class Reach:
    """What all tests reach: who is to be asked about a line?"""

    def __init__(self, measured: list[Measured]) -> None:
        self.seconds = {test: took for each in measured for test, took in each.seconds.items()}
        self.tests: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
        self.breadth: dict[str, int] = defaultdict(int)
        for each in measured:
            for path, tests in each.lines.items():
                for test, lines in tests.items():
                    self._note(path, test, lines)

    def _note(self, path: str, test: str, lines: list[int]) -> None:
        if test not in self.seconds:
            return  # it failed or was skipped without any fault
        self.breadth[test] += len(lines)
        for line in lines:
            self.tests[path][line].add(test)

    def reaching(self, path: str, first: int, last: int) -> set[str]:
        """Return the tests that reached one of the lines ``first`` to ``last`` of the file."""
        lines = self.tests.get(path, {})
        return set().union(*(tests for line, tests in lines.items() if first <= line <= last))

    def chosen(self, path: str, fault: Fault, budget: float) -> tuple[list[str], bool]:
        """Return the tests to ask about a fault, in order, and whether they reach its line.

        The quick ones that reach little else come first: they are about this line. Together they take at most
        ``budget`` seconds, or are one test. Where none reaches the line (a process that was killed leaves no
        coverage), those that reach its function are asked, and for a line of the module those that reach the file.
        """
        first, last = fault.lines
        exact = self.reaching(path, fault.line, fault.line)
        others = self.reaching(path, first, last) if fault.where and first else self.reaching(path, 1, 1_000_000)
        ordered = sorted(exact or others, key=lambda test: (self.seconds[test] * self.breadth[test], test))
        tests: list[str] = []
        spent = 0.0
        for test in ordered:
            spent += self.seconds[test]
            if tests and spent > budget:
                break
            tests.append(test)
        return tests, bool(exact)

    def in_two(self, tests: list[str]) -> list[list[str]]:
        """Return the tests in two lists: what is asked at first, and the rest."""
        spent, count = 0.0, 0
        for test in tests:
            spent += self.seconds[test]
            if count and spent > AT_FIRST:
                break
            count += 1
        return [part for part in (tests[:count], tests[count:]) if part]
