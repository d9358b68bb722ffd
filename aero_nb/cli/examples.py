"""An example of every command, for its ``--help``; the tests parse each of them."""

import argparse
from collections.abc import Iterator, Mapping
from typing import Final

EXAMPLES: Final[Mapping[str, tuple[str, ...]]] = {
    "summary": ("aero-nb summary run.json", "curl -s http://host/run.json | aero-nb summary - --json"),
    "convert": ("aero-nb convert run.json run.parquet", "aero-nb convert page.cpuprofile page.speedscope.json"),
    "report": (
        "aero-nb report run.json",
        "aero-nb report run.json --base before.json --json",
        "aero-nb report run.json -o report.html",
    ),
    "explain": ("aero-nb explain run.json", "aero-nb explain run.json --chrome run.chrome.json --worst 5"),
    "record": (
        "aero-nb record -o run.json script.py --its --own arguments",
        "aero-nb record --functions emulator -m emulator --rom a.gb",
    ),
    "live": (
        "aero-nb live traces/ -o run.json & AERO_TRACE=1 AERO_TRACE_FOLDER=traces python script.py",
        "aero-nb live http://localhost:8000/ --stream 1 --mark-when 'frame_ms > 33'",
    ),
    "compare": (
        "aero-nb compare base.json candidate.json -o report.html",
        "aero-nb compare base candidate --thresholds limits.json",
        "aero-nb compare before.json after.json --report compared.md",
    ),
    "experiment": ("aero-nb experiment --base './old --trace {trace}' --candidate './new --trace {trace}' --runs 10",),
    "completion": ("aero-nb completion bash > ~/.local/share/bash-completion/completions/aero-nb",),
    "demo": ("aero-nb demo", "aero-nb demo --run --folder first-look"),
    "doctor": ("aero-nb doctor",),
    "store add": ("aero-nb store add nightly/ run1.json run2.json -l commit=4f2a -l date=2026-11-23",),
    "store runs": ("aero-nb store runs nightly/",),
    "store summary": ("aero-nb store summary nightly/ --by commit --by name",),
    "store trend": ("aero-nb store trend nightly/ frame --statistic p95 --over date -o trend.html",),
    "store changes": ("aero-nb store changes nightly/ frame --by machine --since 2026-11-20",),
    "store compare": ("aero-nb store compare nightly/ commit=4f2a commit=9c01",),
    "store compact": ("aero-nb store compact nightly/",),
    "store remove": ("aero-nb store remove nightly/ '4f2a81*'",),
    "store relabel": ("aero-nb store relabel nightly/ commit=4f2a -l release=1.2 --drop host",),
    "store verify": ("aero-nb store verify nightly/",),
}


def commands_of(parser: argparse.ArgumentParser, path: str = "") -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Yield (``store add``, its parser) for every command that does something by itself."""
    families = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]  # noqa: SLF001
    for family in families:
        for name, command in family.choices.items():
            yield from commands_of(command, f"{path} {name}".strip())
    if path and not families:
        yield path, parser


def add_examples(parser: argparse.ArgumentParser) -> None:
    """Put the examples beneath the help of every command; one that has its own epilog keeps it."""
    for path, command in commands_of(parser):
        examples = EXAMPLES.get(path) or (_pattern(path, command),)
        if not command.epilog:
            noun = "example" if len(examples) == 1 else "examples"
            command.epilog = "\n  ".join([f"{noun}:", *examples]).replace("%", "%%")
            command.formatter_class = argparse.RawDescriptionHelpFormatter


def _pattern(path: str, command: argparse.ArgumentParser) -> str:
    """Return how a command is called that has no example above: with the names of what it must have."""
    needed = [action for action in command._actions if not action.option_strings and action.nargs not in ("*", "?")]  # noqa: SLF001
    return " ".join(["aero-nb", path, *(str(action.metavar or action.dest) for action in needed)])
