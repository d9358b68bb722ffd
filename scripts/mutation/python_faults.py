"""The small faults that can be planted in a Python file: one changed operator, number, call or statement each."""

import ast
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Fault:
    """One change of a file: its bytes from ``start`` to ``end`` become ``new``."""

    start: int
    end: int
    new: str
    line: int
    where: str
    """The function it lies in, dotted; "" at the level of the module."""
    lines: tuple[int, int] = (0, 0)
    """First and last line of that function's body."""

    def planted_in(self, source: bytes) -> bytes:
        """Return the file with the fault."""
        return source[: self.start] + self.new.encode() + source[self.end :]


COMPARISONS = {
    ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">", ast.Eq: "!=", ast.NotEq: "==",
    ast.Is: "is not", ast.IsNot: "is", ast.In: "not in", ast.NotIn: "in",
}  # fmt: skip
OPERATORS = {
    ast.Add: "-", ast.Sub: "+", ast.Mult: "/", ast.Div: "*", ast.FloorDiv: "*", ast.Mod: "*", ast.Pow: "*",
    ast.LShift: ">>", ast.RShift: "<<", ast.BitAnd: "|", ast.BitOr: "&", ast.BitXor: "|",
}  # fmt: skip
NAMES = {
    "min": "max", "max": "min", "minimum": "maximum", "maximum": "minimum", "any": "all", "all": "any",
    "round": "int", "floor": "ceil", "ceil": "floor", "cummax": "cummin", "cummin": "cummax",
    "first": "last", "last": "first", "append": "extend", "sorted": "list", "argmin": "argmax", "argmax": "argmin",
}  # fmt: skip
WORDS = {"left": "right", "right": "left"}  # the sides of numpy.searchsorted
CHANGE_NOTHING = {"stacklevel", "copy", "maxsize", "ensure_ascii"}
"""Keywords whose values change speed, memory or the look of a warning, and no result."""


def files(root: Path) -> list[Path]:
    """Return the files in which faults are planted."""
    return sorted(path for path in (root / "aero_nb").rglob("*.py") if "node_modules" not in path.parts)


def faults(source: bytes) -> list[Fault]:
    """Return every fault that can be planted in ``source``, in order."""
    finder = _Finder(source)
    finder.visit(ast.parse(source))
    return finder.found


def is_valid(source: bytes) -> bool:
    """Return whether Python takes the file."""
    try:
        compile(source, "planted", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True


class _Finder(ast.NodeVisitor):
    def __init__(self, source: bytes) -> None:
        self.source, self.found = source, []
        self.names: list[str] = []
        self.function: ast.AST | None = None
        self.line_starts = [0]
        for line in source.splitlines(keepends=True):
            self.line_starts.append(self.line_starts[-1] + len(line))

    def start(self, node: ast.AST) -> int:
        return self.line_starts[node.lineno - 1] + node.col_offset

    def end(self, node: ast.AST) -> int:
        return self.line_starts[node.end_lineno - 1] + node.end_col_offset

    def text(self, node: ast.AST) -> str:
        return self.source[self.start(node) : self.end(node)].decode()

    def plant(self, node: ast.AST, new: str, start: int | None = None, end: int | None = None) -> None:
        body = (self.function.body[0].lineno, self.function.end_lineno) if self.function else (0, 0)
        start, end = self.start(node) if start is None else start, self.end(node) if end is None else end
        self.found.append(Fault(start, end, new, node.lineno, ".".join(self.names), body))

    def between(self, left: ast.AST, right: ast.AST, new: str) -> None:
        """Change the operator that stands between two operands."""
        start, end = self.end(left), self.start(right)
        gap = self.source[start:end].decode()
        core = gap.strip(" ()\n\\")
        if core and "#" not in gap and "\n" not in core:
            at = start + len(gap[: gap.index(core)].encode())
            self.plant(right, new, at, at + len(core.encode()))

    # What is left alone: annotations, decorators, and what only a type checker reads.

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        if any("overload" in self.text(each) for each in node.decorator_list):
            return
        outer, self.function = self.function, node
        self.names.append(node.name)
        for default in [*node.args.defaults, *filter(None, node.args.kw_defaults)]:
            self.visit(default)
        for statement in node.body:
            self.visit(statement)
        self.names.pop()
        self.function = outer

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        bases = " ".join(map(self.text, node.bases))
        if "Protocol" in bases or "TypedDict" in bases:
            return
        self.names.append(node.name)
        for statement in node.body:
            self.visit(statement)
        self.names.pop()

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)

    def visit_If(self, node: ast.If) -> None:
        if "TYPE_CHECKING" in self.text(node.test):
            return
        self.negated(node.test)
        self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        if "__all__" not in self.text(node.targets[0]):
            self.generic_visit(node)

    # What is changed.

    def negated(self, test: ast.expr) -> None:
        if not isinstance(test, ast.Compare | ast.UnaryOp):  # those are changed themselves
            self.plant(test, f"not ({self.text(test)})")

    def visit_IfExp(self, node: ast.IfExp) -> None:
        self.negated(node.test)
        self.generic_visit(node)

    def visit_While(self, node: ast.While) -> None:
        self.negated(node.test)
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        operands = [node.left, *node.comparators]
        for operator, left, right in zip(node.ops, operands, operands[1:], strict=False):
            self.between(left, right, COMPARISONS[type(operator)])
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        if type(node.op) in OPERATORS:
            self.between(node.left, node.right, OPERATORS[type(node.op)])
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        for left, right in zip(node.values, node.values[1:], strict=False):
            self.between(left, right, "or" if isinstance(node.op, ast.And) else "and")
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        if isinstance(node.op, ast.Not | ast.USub | ast.Invert):
            self.plant(node, f"({self.text(node.operand)})")
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if type(node.op) in OPERATORS:
            self.between(node.target, node.value, OPERATORS[type(node.op)] + "=")
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, bool):
            self.plant(node, str(not node.value))
        elif isinstance(node.value, int):
            self.plant(node, str(node.value + 1))
        elif isinstance(node.value, float):
            self.plant(node, repr(node.value * 2 + 1))
        elif isinstance(node.value, str) and node.value in WORDS:
            self.plant(node, repr(WORDS[node.value]))

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        """Positions within an f-string are not known before Python 3.12."""

    def visit_Call(self, node: ast.Call) -> None:
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called in NAMES:
            self.plant(node.func, NAMES[called], self.end(node.func) - len(called))
        self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> None:
        if isinstance(node.value, ast.Call | ast.Await):
            self.plant(node, "pass")
        if not isinstance(node.value, ast.Constant):  # a docstring
            self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> None:
        """What an error says is text: a number in it is left alone like those in f-strings."""

    def visit_keyword(self, node: ast.keyword) -> None:
        if node.arg not in CHANGE_NOTHING:
            self.generic_visit(node)

    def visit_Return(self, node: ast.Return) -> None:
        if node.value is not None and not (isinstance(node.value, ast.Constant) and node.value.value is None):
            self.plant(node, "return None")
        self.generic_visit(node)

    def visit_Break(self, node: ast.Break) -> None:
        self.plant(node, "continue")

    def visit_Continue(self, node: ast.Continue) -> None:
        self.plant(node, "break")
