"""The line after ``%aero_trace``: which command takes what."""

import re
from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass, field
from keyword import iskeyword
from pathlib import Path
from typing import Any

from IPython.core.error import UsageError
from IPython.core.magic_arguments import argument
from IPython.utils.process import arg_split

from aero_nb.magics.showing import PICTURES

COMMANDS: dict[str, str | None] = {
    "start": None,
    "stop": None,
    "status": None,
    "save": "FILE",
    "show": None,
    "connect": "URL",
    "disconnect": None,
    "cell": None,
}
"""Each command and its operand."""


@dataclass(frozen=True)
class Option:
    """One option of %aero_trace: its flags, the commands that take it, its help, and argparse's further settings."""

    flags: tuple[str, ...]
    commands: tuple[str, ...]
    help: str
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What argparse calls its value."""
        return self.flags[-1].removeprefix("--").replace("-", "_")


def _named(metavar: str, kind: type = str, **settings: Any) -> dict[str, Any]:
    return {"metavar": metavar, "type": kind, **settings}


_FLAG = {"action": "store_true"}
_RECORDED = ("start", "cell")
_SHOWN = ("stop", "cell", "show")

OPTIONS = [
    Option(("-o", "--output"), (*_SHOWN, "connect"), "name the Trace (the page) NAME", _named("NAME")),
    Option(("--save",), ("stop", "cell"), "save the trace too", _named("FILE")),
    Option(("--show",), _SHOWN, "what to draw (stop: none, else the timeline)", {"choices": PICTURES}),
    # What connect() takes, by the same names.
    Option(("--cdp",), ("connect",), "join a running browser, e.g. http://127.0.0.1:9222", _named("ENDPOINT")),
    Option(("--tab",), ("connect",), "with --cdp: the tab, by a part of its address or title", _named("TEXT")),
    Option(("--executable",), ("connect",), "the browser to start", _named("FILE")),
    Option(("--timeout",), ("connect",), "wait so long for the page (default 30)", _named("SECONDS", float)),
    Option(("--headed",), ("connect",), "show the browser's window", _FLAG),
    Option(("--allow-remote",), ("connect",), "with --cdp: an endpoint on another machine", _FLAG),
    # How the sources are started: StartOptions, by the same names.
    Option(("--boot",), _RECORDED, "load the page again, recording from the start", _FLAG),
    Option(("--records",), _RECORDED, "records that each lane of this process keeps", _named("N", int)),
    Option(("--stream",), _RECORDED, "outlast the rings, of both sides", _named("SECONDS", float)),
    Option(("--autosave",), _RECORDED, "keep the last export on disk", _named("SECONDS", float)),
    Option(
        ("--chrome",),
        (*_RECORDED, "connect"),
        "Chrome's own trace too: timeline, samples, full, or categories",
        _named("SET", nargs="?", const="timeline"),
    ),
    Option(
        ("--sample",),
        _RECORDED,
        "sample the Python threads of this process too, so many times a second (default 1000)",
        _named("HZ", float, nargs="?", const=1000.0),
    ),
    Option(("--live",), _RECORDED, "show what is recorded while it is", _FLAG),
    Option(("--rate",), _RECORDED, "with --live: so many updates a second (default 4)", _named("N", float)),
    Option(("--seconds",), _RECORDED, "with --live: of the rolling timeline (default 10)", _named("N", float)),
    Option(("--mark-when",), _RECORDED, "with --live: mark where this begins to hold", _named("'NAME OP NUMBER'")),
    Option(
        ("--keep-when",),
        _RECORDED,
        "of this process keep only the seconds around where this holds",
        _named("'NAME OP NUMBER'"),
    ),
    Option(("--around",), _RECORDED, "with --keep-when: so many seconds (default 2)", _named("SECONDS", float)),
    Option(
        ("--functions",),
        _RECORDED,
        "record calls of its functions; may be repeated",
        _named("PACKAGE", action="append"),
    ),
]
"""Every option: its name, who takes it and how it is read are said here and nowhere else."""


def with_options(magic: Callable[..., Any]) -> Callable[..., Any]:
    """Give ``magic`` the :data:`OPTIONS` (IPython's ``argument``, many times)."""
    for option in reversed(OPTIONS):  # as decorators: the last one is applied first
        text = f"{', '.join(option.commands)}: {option.help}"
        magic = argument(*option.flags, help=text, **option.settings)(magic)
    return magic


def options_of(command: str) -> set[str]:
    """Return the names of the options that ``command`` takes."""
    return {option.name for option in OPTIONS if command in option.commands}


def given(options: Namespace, names: set[str]) -> dict[str, Any]:
    """Return those of ``names`` that the line gave, and their values."""
    values = {name: getattr(options, name) for name in names}
    return {name: value for name, value in values.items() if value is not None and value is not False}


_COMMENT = re.compile(r"""((?:[^'"]|'[^']*'|"[^"]*")*?)(?:^|\s)#""")


def parse(magic: Any, line: str) -> Namespace:
    """Parse the line of %aero_trace and refuse what its command does not take."""
    try:
        # Options may stand before the operand: `connect --headed URL`.
        options: Namespace = magic.parser.parse_intermixed_args(arg_split(without_comment(line)))
    except ValueError as error:  # quotes that do not close
        raise UsageError(f"%aero_trace {line}: {error}") from None
    for name, value in vars(options).items():
        setattr(options, name, [_unquoted(one) for one in value] if isinstance(value, list) else _unquoted(value))
    command = options.command
    operand, known = COMMANDS[command], options_of(command)
    if operand is None and options.operand is not None:
        raise UsageError(f"%aero_trace {command} takes no {options.operand!r}; see %aero_trace?")
    if operand is not None and options.operand is None and not options.cdp:
        raise UsageError(f"%aero_trace {command} needs a {operand}")
    for option in OPTIONS:
        if option.name not in known and given(options, {option.name}):
            takers = ", ".join(option.commands)
            raise UsageError(f"%aero_trace {command} takes no {option.flags[-1]}; give it to {takers}")
    check_name(options.output)
    if options.save is not None and not Path(options.save).expanduser().absolute().parent.is_dir():
        raise UsageError(f"--save: the folder {str(Path(options.save).parent)!r} does not exist")
    return options


def without_comment(line: str) -> str:
    """Return the line up to a ``#`` that follows white space and stands in no quotes."""
    found = _COMMENT.match(line)
    return found[1] if found else line


def _unquoted(value: Any) -> Any:
    """IPython's way of splitting a line leaves the quotes around a word."""
    quoted = isinstance(value, str) and len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
    return value[1:-1] if quoted else value


def check_name(name: str | None) -> None:
    """Refuse what cannot name a variable."""
    if name is not None and (not name.isidentifier() or iskeyword(name)):
        raise UsageError(f"-o needs a name for a variable, not {name!r}")
