"""The line after ``%aero_trace``: which command takes what."""

import re
from argparse import Namespace
from keyword import iskeyword
from pathlib import Path
from typing import Any

from IPython.core.error import UsageError
from IPython.utils.process import arg_split

# What each command takes: its operand, and its options.
STARTING = {"boot", "stream", "autosave", "records", "functions"}
COMMANDS: dict[str, tuple[str | None, set[str]]] = {
    "start": (None, STARTING),
    "stop": (None, {"output", "save", "show"}),
    "status": (None, set()),
    "save": ("FILE", set()),
    "show": (None, {"output", "show"}),
    "connect": ("URL", {"output", "cdp", "tab", "executable", "headed", "allow_remote", "timeout"}),
    "disconnect": (None, set()),
    "cell": (None, {"output", "save", "show"} | STARTING),
}

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
    operand, known = COMMANDS[command]
    if operand is None and options.operand is not None:
        raise UsageError(f"%aero_trace {command} takes no {options.operand!r}; see %aero_trace?")
    if operand is not None and options.operand is None and not options.cdp:
        raise UsageError(f"%aero_trace {command} needs a {operand}")
    for name, value in vars(options).items():
        if name not in ("command", "operand") and name not in known and value:
            takers = [other for other, (_, theirs) in COMMANDS.items() if name in theirs]
            option = name.replace("_", "-")
            raise UsageError(f"%aero_trace {command} takes no --{option}; give it to {', '.join(takers)}")
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
