#!/usr/bin/env python3
"""Count how the code reads, package by package: `scripts/figures.py [FOLDER ...]` (default: aero_nb and its rooms).

- lines: lines of code, without docstrings and lines that are blank, only a comment or only closing brackets
- nodes: AST nodes per line of code (docstrings left out): how dense a line is
- comments: comments per 100 lines of code, those that only steer a tool (noqa, type: ignore, fmt) left out
- functions: lines of a function without its docstring, median / 90th percentile / maximum
- inside: imports inside functions
- circles: groups of modules that import each other (imports inside functions and of types only count, too)
"""

from __future__ import annotations

import ast
import io
import sys
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
STEERING = ("noqa", "type:", "fmt:", "pragma", "!")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass
class Figures:
    """Sums over some files."""

    lines: int = 0
    nodes: int = 0
    comments: int = 0
    inside: int = 0
    functions: list[int] = field(default_factory=list)

    def __add__(self, other: Figures) -> Figures:
        """Return the sums of both."""
        return Figures(
            self.lines + other.lines,
            self.nodes + other.nodes,
            self.comments + other.comments,
            self.inside + other.inside,
            self.functions + other.functions,
        )

    def row(self, name: str) -> str:
        """Return one line of the table."""
        lines, lengths = max(self.lines, 1), sorted(self.functions) or [0]
        shape = f"{median(lengths):g} / {lengths[int(0.9 * (len(lengths) - 1))]} / {lengths[-1]}"
        density, comments = self.nodes / lines, 100 * self.comments / lines
        return f"{name:<24}{self.lines:>7}{density:>8.1f}{comments:>10.1f}{shape:>16}{self.inside:>8}"


def figures_of(path: Path) -> Figures:
    """Count one file."""
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    docstrings = {id(node) for node in _docstrings(tree)}
    documented = {line for node in _docstrings(tree) for line in _span(node)}
    tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    code = {node.lineno for node in ast.walk(tree) if hasattr(node, "lineno")}
    steps = [node for node in ast.walk(tree) if id(node) not in docstrings]
    remarks = [token.string.lstrip("# ") for token in tokens if token.type == tokenize.COMMENT]
    functions = [node for node in ast.walk(tree) if isinstance(node, FUNCTIONS)]
    inside = {
        id(node)
        for function in functions
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    return Figures(
        lines=len(code - documented),
        nodes=len(steps),
        comments=sum(not remark.startswith(STEERING) for remark in remarks),
        inside=len(inside),
        functions=[len(set(_span(function)) & (code - documented)) for function in functions],
    )


def _docstrings(tree: ast.AST) -> Iterator[ast.Expr]:
    """Yield docstrings, and the texts under attributes that say what they are."""
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        for statement in body if isinstance(body, list) else []:
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                yield statement


def _span(node: ast.stmt) -> range:
    return range(node.lineno, (node.end_lineno or node.lineno) + 1)


def imports_of(path: Path, modules: set[str]) -> set[str]:
    """Return which of ``modules`` a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            submodules = {f"{node.module}.{alias.name}" for alias in node.names} & modules
            found |= submodules or {node.module}
    return found & modules


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Return the groups of modules that reach each other (Tarjan)."""
    order: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    groups: list[list[str]] = []

    def visit(module: str) -> None:
        order[module] = lowest[module] = len(order)
        stack.append(module)
        for imported in graph[module]:
            if imported not in order:
                visit(imported)
            if imported in stack:
                lowest[module] = min(lowest[module], lowest[imported])
        if lowest[module] == order[module]:
            place = stack.index(module)
            groups.append(stack[place:])
            del stack[place:]

    for module in graph:
        if module not in order:
            visit(module)
    return [sorted(group) for group in groups if len(group) > 1]


def module_name(path: Path) -> str:
    """Return what a file of the project is imported as."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def sources(folder: Path) -> list[Path]:
    """Return the Python files of a folder, or the file itself."""
    return (
        [folder]
        if folder.is_file()
        else sorted(path for path in folder.rglob("*.py") if "node_modules" not in path.parts)
    )


def main(arguments: list[str]) -> None:
    """Print the table."""
    package = ROOT / "aero_nb"
    rooms = [path for path in sorted(package.iterdir()) if path.suffix == ".py" or any(path.glob("*.py"))]
    chosen = [Path(argument).resolve() for argument in arguments] or [package, *rooms]
    print(f"{'':<24}{'lines':>7}{'nodes':>8}{'comments':>10}{'functions':>16}{'inside':>8}")
    for folder in chosen:
        print(sum(map(figures_of, sources(folder)), Figures()).row(folder.name))
    files = {module_name(path): path for path in sources(package)}
    found = circles({name: imports_of(path, set(files)) - {name} for name, path in files.items()})
    print(f"circles: {len(found)}", *(f"  {', '.join(group)}" for group in found), sep="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
