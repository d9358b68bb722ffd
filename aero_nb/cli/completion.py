"""``completion``: what a shell needs to complete commands, options and files."""

import argparse
from functools import partial
from typing import Any


def add_to(subparsers: Any, parser: argparse.ArgumentParser) -> None:
    """Add this command to the command line, of which it completes everything."""
    completion = subparsers.add_parser("completion", help="print a script that completes commands in a shell")
    completion.add_argument("shell", choices=["bash", "zsh", "tcsh"], help="the shell")
    completion.set_defaults(run=partial(_completion, parser))


def _completion(parser: argparse.ArgumentParser, options: argparse.Namespace) -> int:
    try:
        import shtab
    except ImportError as error:
        needed = "completion needs shtab; install it with: pip install 'aero-nb[completion]'"
        raise ImportError(needed) from error
    for action in _positionals(parser):
        action.complete = shtab.FILE  # type: ignore[attr-defined]
    print(shtab.complete(parser, options.shell))
    return 0


def _positionals(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    """Return every argument, of all commands, that takes the name of a file."""
    from aero_nb.cli.examples import commands_of

    files = ("FILE", "OUT", "BASE", "CANDIDATE", "STORE", "REPORT")
    commands = [command for _, command in commands_of(parser)]
    actions = [action for command in commands for action in command._actions]  # noqa: SLF001
    return [action for action in actions if isinstance(action.metavar, str) and action.metavar.startswith(files)]
