#!/usr/bin/env python
"""Figures of the code: how long functions are, how dense lines are, and how modules hang together.

Usage: scripts/code_figures.py [PACKAGE_FOLDER]

- functions: lines of each without its docstring and without those inside it: median / 90th percentile / longest;
- annotated: share of functions whose return and arguments (but self and cls) all have types;
- docstrings: share of public modules, classes and functions that have one;
- nodes: nodes of the syntax tree (docstrings aside) per line that holds code;
- comments: comments per 100 lines that hold code;
- circles: sets of modules that import each other, counting imports inside functions, not those for types only;
- inner imports: imports of the package's own modules inside functions.
"""

import ast
import io
import sys
import tokenize
from pathlib import Path
from statistics import median, quantiles

Function = ast.FunctionDef | ast.AsyncFunctionDef
DOCUMENTED = (ast.Module, ast.ClassDef, *Function.__args__)
LAYOUT = {tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER, tokenize.ENCODING}


def main():
    """Print the figures."""
    root = Path(sys.argv[1] if len(sys.argv) > 1 else "aero_nb")
    sources = {path: path.read_text() for path in sorted(root.rglob("*.py"))}
    trees = {path: ast.parse(text) for path, text in sources.items()}
    counted = [code_and_comments(text, trees[path]) for path, text in sources.items()]
    lines, comments = sum(code for code, _ in counted), sum(comments for _, comments in counted)
    functions = [node for tree in trees.values() for node in ast.walk(tree) if isinstance(node, Function)]
    lengths = list(map(length, functions))
    public = [node for tree in trees.values() for node in documented(tree)]
    nodes = sum(len(list(ast.walk(tree))) - 2 * len(list(docstrings(tree))) for tree in trees.values())
    print(f"files            {len(sources)}, rooms {len({p.relative_to(root).parts[0] for p in sources})}")
    print(f"functions        {median(lengths):.0f} / {quantiles(lengths, n=10)[-1]:.0f} / {max(lengths)} lines")
    print(f"annotated        {share(map(is_annotated, functions))}")
    print(f"docstrings       {share(ast.get_docstring(node) is not None for node in public)}")
    print(f"nodes            {nodes / lines:.1f} a line")
    print(f"comments         {100 * comments / lines:.1f} per 100 lines")
    inner = {module(path, root): imports(tree, inside_functions=True) for path, tree in trees.items()}
    graph = {module(path, root): imports(tree) for path, tree in trees.items()}
    print(f"circles          {circles(graph) or 0}")
    print(f"inner imports    {sum(map(len, inner.values()))}")


def share(values):
    """Return which share of the values is true, in per cent."""
    found = list(values)
    return f"{sum(found) / len(found):.0%}"


def docstrings(tree):
    """Yield the statements that are docstrings."""
    for node in ast.walk(tree):
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node) is not None:
            yield node.body[0]


def code_and_comments(text, tree):
    """Return how many lines hold code, and how many comments there are."""
    code, comments = set(), 0
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        comments += token.type == tokenize.COMMENT
        if token.type not in LAYOUT | {tokenize.COMMENT}:
            code.update(range(token.start[0], token.end[0] + 1))
    for statement in docstrings(tree):
        code.difference_update(range(statement.lineno, statement.end_lineno + 1))
    return len(code), comments


def length(function):
    """Return how many lines a function has without its docstring and without the functions inside it."""
    inside = [node for node in ast.walk(function) if isinstance(node, Function) and node is not function]
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    if not body:
        return 1
    lines = set(range(function.lineno, function.body[0].lineno)) | set(range(body[0].lineno, function.end_lineno + 1))
    return len(lines.difference(*(range(node.lineno, node.end_lineno + 1) for node in inside)))


def is_annotated(function):
    """Tell whether the return and all arguments have types."""
    given = function.args
    arguments = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    named = [one for one in arguments if one is not None and one.arg not in ("self", "cls")]
    return function.name == "__init__" or (function.returns is not None and all(one.annotation for one in named))


def documented(node, *, depth=0):
    """Yield what of a module is public: itself, its classes and functions, and the methods of the classes."""
    if isinstance(node, DOCUMENTED) and (not depth or not node.name.startswith("_")):
        yield node
        for child in () if isinstance(node, Function) else node.body:
            yield from documented(child, depth=depth + 1)


def module(path, root):
    """Return the dotted name of the module in a file."""
    return ".".join((root.name, *path.relative_to(root).with_suffix("").parts)).removesuffix(".__init__")


def imports(node, *, inside_functions=False, inside=False):
    """Return (module, name) of the imports from the package's own modules, without those for types only."""
    found = []
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ImportFrom) and child.module and (inside or not inside_functions):
            found += [(child.module, name.name) for name in child.names if child.module.startswith("aero_nb")]
        elif not (isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)):
            found += imports(child, inside_functions=inside_functions, inside=inside or isinstance(child, Function))
    return found


def circles(graph):
    """Return the sets of modules that reach each other."""
    direct = {
        name: {f"{home}.{what}" if f"{home}.{what}" in graph else home for home, what in found} - {name}
        for name, found in graph.items()
    }
    reached = {name: reach(direct, name) for name in direct}
    found = {frozenset(other for other in reached[name] if name in reached[other]) for name in reached}
    return [sorted(one) for one in found if len(one) > 1]


def reach(direct, start):
    """Return the modules that one imports, directly or by others."""
    seen, left = set(), [start]
    while left:
        new = direct.get(left.pop(), set()) - seen
        seen |= new
        left += new
    return seen


if __name__ == "__main__":
    main()
