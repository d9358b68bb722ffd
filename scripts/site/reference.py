"""The API reference, found by looking: every public name of the package and of its rooms, none without a docstring."""

import importlib
import inspect
import re
from pathlib import Path

import aero_nb

FOR_USERS = (
    "analysis",
    "figures",
    "reports",
    "comparing",
    "sources",
    "browser",
    "demo",
    "store",
    "recorder",
    "timeline",
)
"""Rooms whose public names users call; the others are shown further down, for those who work on it."""


def families():
    """Yield (module, its public names) for the package and each room; a room whose extra is missing is an error."""
    yield aero_nb, list(aero_nb.__all__)
    rooms = sorted(aero_nb._FAMILIES, key=lambda room: (room not in FOR_USERS, room))  # noqa: SLF001
    for room in rooms:
        module = importlib.import_module(f"aero_nb.{room}")
        names = [name for name in getattr(module, "__all__", public_names(module)) if name not in aero_nb.__all__]
        yield module, names


def public_names(module):
    """Return what a room without ``__all__`` defines itself."""
    own = [name for name, value in vars(module).items() if getattr(value, "__module__", "").startswith(module.__name__)]
    return sorted(name for name in own if not name.startswith("_"))


def members(value):
    """Return the public methods and properties that a class of ours defines or inherits from one of ours."""
    ours = [base for base in inspect.getmro(value) if base.__module__.startswith("aero_nb")]
    found = {name: member for base in reversed(ours) for name, member in vars(base).items()}
    kinds = (staticmethod, classmethod, property)
    return {
        name: member
        for name, member in found.items()
        if not name.startswith("_") and (inspect.isfunction(member) or isinstance(member, kinds))
    }


def undocumented():
    """Return every public name, and public member of a class, that does not say what it is."""
    missing = []
    for module, names in families():
        for name in names:
            value = getattr(module, name)
            where = f"{module.__name__}.{name}"
            documented = (inspect.getdoc(value) or "").strip() if callable(value) else explained(module, name)
            if not documented:
                missing.append(where)
            if inspect.isclass(value):
                for label, member in members(value).items():
                    if not (inspect.getdoc(member) or inspect.getdoc(getattr(value, label, None)) or "").strip():
                        missing.append(f"{where}.{label}")
    return missing


def explained(module, name):
    """Tell whether a constant has a docstring beneath it, or its type has one of ours."""
    value = getattr(module, name)
    if type(value).__module__.startswith("aero_nb"):
        return bool(inspect.getdoc(value))
    return bool(constant_text(module, name))


def constant_text(module, name):
    """Return the text beneath a constant in the file that defines it."""
    pattern = re.compile(rf'^{name}\b[^\n]*(?:=|:)(?:.|\n)*?\n"""((?:.|\n)*?)"""', re.MULTILINE)
    for path in sorted(Path(module.__file__).parent.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if re.search(rf"^{name}\b.*=", text, re.MULTILINE) and (found := pattern.search(text)):
            return inspect.cleandoc(found[1])
    return ""


def write(folder):
    """Write a page for each family, and one that lists them."""
    folder.mkdir(parents=True, exist_ok=True)
    missing = undocumented()
    if missing:
        raise SystemExit(f"expected a docstring for every public name, found none for: {', '.join(missing)}")
    pages = []
    for module, names in families():
        if not names:
            continue
        page = module.__name__
        pages.append((page, (inspect.getdoc(module) or "").split("\n")[0], len(names)))
        (folder / f"{page}.md").write_text(written(module, names), encoding="utf-8")
    (folder / "index.md").write_text(index(pages), encoding="utf-8")


def index(pages):
    """Return the list of families."""
    lines = ["# API reference", "", "Every public name; what is not here may change without a word.", ""]
    lines += ["| module | names | what |", "|---|---|---|"]
    lines += [f"| [`{page}`]({page}.md) | {count} | {text} |" for page, text, count in pages]
    lines += ["", "```{toctree}", ":hidden:", "", *(page for page, _, _ in pages), "```", ""]
    return "\n".join(lines)


def written(module, names):
    """Return one family's page."""
    page = module.__name__
    lines = [f"# {page}", "", "```{eval-rst}", f".. py:module:: {page}", "", inspect.getdoc(module) or "", "```", ""]
    for name in names:
        lines += [f"## {name}", "", "```{eval-rst}", *directive(module, name), "```", ""]
    return "\n".join(lines)


def directive(module, name):
    """Return the lines with which Sphinx documents a name."""
    value = getattr(module, name)
    where = f"{module.__name__}.{name}"
    if inspect.isclass(value):
        return [f".. autoclass:: {where}", "   :members:", "   :inherited-members: " + foreign_bases(value)]
    if inspect.isroutine(value):
        return [f".. autofunction:: {where}"]
    text = inspect.getdoc(value) if type(value).__module__.startswith("aero_nb") else constant_text(module, name)
    return [f".. py:data:: {where}", "", *(f"   {line}" for line in text.splitlines())]


def foreign_bases(value):
    """Return the first base that is not ours: autodoc stops there, as its members are another library's."""
    foreign = [base.__name__ for base in inspect.getmro(value) if not base.__module__.startswith("aero_nb")]
    return ", ".join(foreign) or "object"


if __name__ == "__main__":
    print("\n".join(undocumented()))
