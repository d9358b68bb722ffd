"""Where a magic option lives: its row of OPTIONS, what acts on it, and its row of the page on the magics."""

import inspect
import re
from pathlib import Path

import pytest

import aero_nb
from aero_nb.magics import aero_magics
from aero_nb.magics import sources as magics_sources
from aero_nb.magics.arguments import COMMANDS, OPTIONS, options_of
from aero_nb.sources import ReplaySource, StartOptions, TakesOptions

PACKAGE = Path(aero_nb.__file__).parent


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.name)
def test_an_option_is_acted_on_in_one_place(option):
    """A start option by the Sources that declare it, one of connect by connect(), any other by a command."""
    assert set(option.commands) <= set(COMMANDS)
    if option.name in StartOptions.__annotations__:
        assert option.commands == ("start", "cell")
        places = [source for source in sources() if option.name in source.start_options]
        assert places, f"no Source takes {option.name}"
    elif option.commands == ("connect",):
        assert option.name in inspect.signature(aero_nb.connect).parameters
    else:
        texts = [Path(one.__file__).read_text(encoding="utf-8") for one in (aero_magics, magics_sources)]
        assert any(f"options.{option.name}" in text for text in texts)


def sources():
    return [aero_nb.Recorder, aero_nb.AeroPage]


def test_every_start_option_is_an_option_of_the_magics():
    assert set(StartOptions.__annotations__) <= options_of("start") == options_of("cell") - {"output", "save", "show"}


@pytest.mark.parametrize("source", sources(), ids=lambda source: source.__name__)
def test_a_source_takes_what_it_declares_and_nothing_else(source):
    taken = [name for name in inspect.signature(source.start).parameters if name != "self"]
    assert sorted(taken) == sorted(source.start_options)
    assert set(source.start_options) <= set(StartOptions.__annotations__)


def test_a_source_that_declares_nothing_is_started_plainly():
    assert not isinstance(ReplaySource(b""), TakesOptions)


def test_no_other_module_spells_an_option():
    for option in OPTIONS[1:]:  # %%aero_js has an -o of its own
        flag = re.compile(rf"""["']{option.flags[-1]}["']""")
        spelled = [path.name for path in (PACKAGE / "magics").glob("*.py") if flag.search(path.read_text("utf-8"))]
        assert spelled == ["arguments.py"], option.name


def test_the_page_on_the_magics_names_every_option():
    page = PACKAGE.parent / "docs" / "magics.md"
    if not page.exists():
        pytest.skip("the documentation lies beside a checkout only")
    text = page.read_text(encoding="utf-8")
    assert [option.name for option in OPTIONS if not any(flag in text for flag in option.flags)] == []


def test_the_help_of_an_option_says_which_commands_take_it():
    text = re.sub(r"\s+", " ", aero_magics.AeroMagics.aero_trace.__doc__)
    for option in OPTIONS:
        assert option.flags[-1] in text
        assert f"{', '.join(option.commands)}: " in text
