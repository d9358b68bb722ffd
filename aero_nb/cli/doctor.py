"""``doctor``: what is missing here, and how to mend it."""

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from aero_nb import __version__
from aero_nb.cli.exit_codes import DONE, MISSING
from aero_nb.cli.printing import as_json, as_printed

if TYPE_CHECKING:
    from aero_nb.cli.checks import Check

_MARKS = {"ok": "ok", "optional": "--", "broken": "!!"}


def add_to(subparsers: Any) -> None:
    """Add this command to the command line."""
    doctor = subparsers.add_parser("doctor", help="say what is missing or broken here, and how to mend it")
    doctor.add_argument("--json", action="store_true", help="for machines")
    doctor.set_defaults(run=_doctor)


def _doctor(options: argparse.Namespace) -> int:
    from aero_nb.cli.checks import every_check

    checks = list(every_check())
    broken = [check.name for check in checks if check.state == "broken"]
    code = MISSING if broken else DONE
    if options.json:
        document = {"version": __version__, "exit_code": code, "checks": [asdict(check) for check in checks]}
        print(as_printed(as_json(document)))
        return code
    print(f"aero_nb {__version__}")
    width = max(len(check.name) for check in checks)
    for check in checks:
        print(_line(check, width))
    print(_verdict(broken, checks))
    return code


def _line(check: "Check", width: int) -> str:
    line = f"{_MARKS[check.state]}  {check.name:<{width}}  {check.found}"
    return line + (f"\n    {'':<{width}}  -> {check.mend}" if check.mend else "")


def _verdict(broken: list[str], checks: "list[Check]") -> str:
    if broken:
        return f"Broken: {', '.join(broken)}. Follow the arrows (->)."
    left = sum(check.state == "optional" for check in checks)
    return "All is there." if not left else f"What every use needs is there; {left} optional things (--) are not."
