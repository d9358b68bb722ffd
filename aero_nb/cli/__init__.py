"""``aero-nb``: the library from a shell. Tables as text or ``--json`` on stdout, errors on stderr.

Exit codes (1 and 2 are verdicts of ``compare``; nothing else exits with them, but a recorded script's own code):

    0    done; compare: pass
    1    compare: a regression
    2    compare: unstable
    64   the command line is wrong
    65   the input is no trace, or is not what the command needs; store add, verify: some of it
    66   the input, or the store, cannot be opened
    70   unexpected: a bug of aero_nb, with its traceback
    73   the output cannot be written
    120  record: the trace could not be saved at the exit
    130  interrupted
"""

import argparse
import io
import os
import sys
import traceback
from collections.abc import Sequence
from typing import NoReturn

from aero_nb import __version__, _native
from aero_nb.cli import commands, comparing, record, storing
from aero_nb.cli.inputs import InputError
from aero_nb.errors import AeroNBError

USAGE, BAD_INPUT, NO_INPUT, UNEXPECTED, NO_OUTPUT, INTERRUPTED = 64, 65, 66, 70, 73, 130


class _Parser(argparse.ArgumentParser):
    """argparse exits with 2 on a usage error, which would pass for a verdict."""

    def error(self, message: str) -> NoReturn:
        self.exit(USAGE, f"{self.format_usage()}{self.prog}: {message}\n")


class _Version(argparse.Action):
    """The core is looked for only where somebody asks."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        print(f"{parser.prog} {__version__} ({_native.describe()})")
        parser.exit()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    parser = _Parser(prog="aero-nb", description="See why an emulator is slow: traces from a shell.")
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version, and which core reads traces")
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    commands.add_to(subparsers)
    record.add_to(subparsers)
    comparing.add_to(subparsers)
    storing.add_to(subparsers)
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
