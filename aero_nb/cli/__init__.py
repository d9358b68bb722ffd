"""``aero-nb``: the library from a shell. Tables as text or ``--json`` on stdout, errors on stderr.

What a command exits with: :mod:`aero_nb.cli.exit_codes`, also beneath ``aero-nb --help``.
"""

import argparse
import io
import os
import sys
import traceback
from collections.abc import Sequence
from typing import NoReturn

from aero_nb import __version__, _native
from aero_nb.cli import commands, comparing, completion, demonstrating, doctor, live, record, reporting, storing
from aero_nb.cli.examples import add_examples
from aero_nb.cli.exit_codes import BAD_INPUT, INTERRUPTED, NO_INPUT, NO_OUTPUT, UNEXPECTED, USAGE, as_help
from aero_nb.cli.inputs import InputError
from aero_nb.errors import AeroNBError


class _Parser(argparse.ArgumentParser):
    """argparse exits with 2 on a usage error, which would pass for a verdict."""

    def error(self, message: str) -> NoReturn:
        self.exit(USAGE, f"{self.format_usage()}{self.prog}: {message}\n")


class _Version(argparse.Action):
    """The core is looked for only where somebody asks."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        print(f"{parser.prog} {__version__} ({_native.describe()})")
        parser.exit()


def command_line() -> argparse.ArgumentParser:
    """Return the parser of every command."""
    parser = _Parser(
        prog="aero-nb",
        description="See why an emulator is slow: traces from a shell. aero-nb COMMAND --help shows examples.",
        epilog=as_help(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version, and which core reads traces")
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    commands.add_to(subparsers)
    reporting.add_to(subparsers)
    record.add_to(subparsers)
    live.add_to(subparsers)
    comparing.add_to(subparsers)
    storing.add_to(subparsers)
    demonstrating.add_to(subparsers)
    doctor.add_to(subparsers)
    completion.add_to(subparsers, parser)
    add_examples(parser)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    parser = command_line()
    if isinstance(sys.stdout, io.TextIOWrapper):  # a name may have characters that the terminal's encoding lacks
        sys.stdout.reconfigure(errors="backslashreplace")
    options = parser.parse_args(arguments)
    try:
        code: int = options.run(options)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader (head, less) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except InputError as error:
        code = _complain(NO_INPUT, error)
    except (AeroNBError, ImportError) as error:
        code = _complain(BAD_INPUT, error)
    except OSError as error:
        code = _complain(NO_OUTPUT, error)
    except KeyboardInterrupt:
        code = _complain(INTERRUPTED, "interrupted")
    except Exception:
        code = _complain(UNEXPECTED, traceback.format_exc())
    return code


def _complain(code: int, error: object) -> int:
    print(f"aero-nb: {error}", file=sys.stderr)
    return code
