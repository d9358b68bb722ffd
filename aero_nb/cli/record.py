"""``record``: a Python program, recorded from its first line."""

import argparse
from pathlib import Path
from typing import Any

from aero_nb.cli.inputs import InputError


def add_to(subparsers: Any) -> None:
    """Add this command to the command line."""
    record = subparsers.add_parser(
        "record",
        help="run a Python program, recorded from its first line",
        usage="%(prog)s [-o OUT] [--functions PACKAGE] [--records N] (SCRIPT | -m MODULE | -c CODE) [ARGS ...]",
    )
    record.set_defaults(run=_record, error=record.error)
    record.add_argument("-o", "--output", metavar="OUT", default="trace.json", help="(default: trace.json)")
    record.add_argument(
        "--functions",
        metavar="PACKAGE",
        action="append",
        default=[],
        help="record calls of its functions; may be repeated; __main__: the program's own",
    )
    record.add_argument("--records", metavar="N", type=_records, help="records that each lane keeps (default: 32768)")
    record.add_argument("-m", dest="module", metavar="MODULE ARGS", nargs=argparse.REMAINDER, help="run this module")
    record.add_argument("-c", dest="code", metavar="CODE ARGS", nargs=argparse.REMAINDER, help="run this code")
    record.add_argument("script", metavar="SCRIPT ARGS", nargs=argparse.REMAINDER, help="run this script")


def _records(text: str) -> int:
    """Return the value of ``--records``."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a number of records, at least 1, found {text!r}")
    return int(text)


def _record(options: argparse.Namespace) -> int:
    from aero_nb.recorder import record_code, record_module, record_script

    program = options.module or options.code or options.script
    if not program:
        options.error("expected a SCRIPT, -m MODULE or -c CODE")
    name, *arguments = program
    if program is options.script and not Path(name).is_file():
        raise InputError(f"no script at {name}")
    record = record_module if options.module else record_code if options.code else record_script
    try:
        return record(
            name,
            arguments,
            options.output,
            functions=options.functions,
            records=options.records,
            show_errors=True,
        )
    except ModuleNotFoundError as error:
        raise InputError(str(error)) from None
