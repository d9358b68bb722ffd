"""The public surface is a tested list."""

import importlib
import pkgutil
import subprocess
import sys

import pytest

import aero_nb

HEAVY = ("pandas", "numpy", "plotly", "IPython", "ipywidgets", "anywidget", "playwright", "unicorn", "msgspec")


def submodules():
    return [name for _, name, _ in pkgutil.walk_packages(aero_nb.__path__, "aero_nb.")]


def needed(error):
    """What an ImportError of ours says; any other one is raised again."""
    if "pip install 'aero-nb[" not in str(error):
        raise error
    return str(error)


def value(name):
    """A public name's value; the test of one that needs an extra that is not installed here is skipped."""
    try:
        return getattr(aero_nb, name)
    except ImportError as error:
        return pytest.skip(needed(error))


def test_the_public_names_are_a_sorted_list():
    assert aero_nb.__all__ == sorted(aero_nb.__all__)
    assert dir(aero_nb) == aero_nb.__all__


@pytest.mark.parametrize("name", aero_nb.__all__)
def test_a_public_name_resolves_and_says_what_it_is(name):
    assert (value(name).__doc__ or "").strip()


def test_a_name_that_is_not_ours_is_an_attribute_error():
    assert not hasattr(aero_nb, "no_such_name")


def test_every_folder_is_there_without_an_import_of_its_own():
    found = pkgutil.iter_modules(aero_nb.__path__)
    folders = [name for _, name, is_folder in found if is_folder and not name.startswith("_")]
    assert sorted({*folders} - {"magics"}) == sorted(aero_nb._FAMILIES)  # the magics come by %load_ext
    for name in aero_nb._FAMILIES:
        code = f"import aero_nb\nprint(aero_nb.{name}.__name__)"
        ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert ran.stdout == f"aero_nb.{name}\n" or "pip install 'aero-nb[" in ran.stderr, ran.stderr


def test_no_submodule_bears_a_public_name():
    taken = {name.removeprefix("aero_nb.") for name in submodules()} & set(aero_nb.__all__)
    assert taken == set()


def test_reading_is_a_function_that_no_submodule_hides():
    from aero_nb import reader

    assert {name for _, name, _ in pkgutil.iter_modules(reader.__path__)} & set(reader.__all__) == set()
    assert importlib.import_module("aero_nb.reader.assembly").read is reader.read


def test_public_names_stay_what_they_are_after_every_submodule_was_imported():
    code = """
import importlib, pkgutil, types, aero_nb
for _, name, _ in pkgutil.walk_packages(aero_nb.__path__, "aero_nb."):
    if not name.endswith("__main__"):
        try:
            importlib.import_module(name)
        except ImportError as error:
            assert "pip install 'aero-nb[" in str(error), error
public = (vars(aero_nb).get(name) for name in aero_nb.__all__)
print([value for value in public if isinstance(value, types.ModuleType)])
print(callable(aero_nb.capture), callable(aero_nb.load), callable(aero_nb.connect))
"""
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.splitlines() == ["[]", "True True True"]


def test_importing_aero_nb_imports_nothing_heavy():
    code = f"import sys, aero_nb; print([name for name in {HEAVY} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_recording_imports_nothing_heavy():
    code = f"""
import sys
from aero_nb import perf
perf.start()
perf.stop()
print([name for name in {HEAVY} if name in sys.modules])
"""
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


@pytest.mark.parametrize("name", [name for name in submodules() if not name.endswith("__main__")])
def test_a_module_imports_or_says_what_to_install(name):
    try:
        assert importlib.import_module(name).__doc__
    except ImportError as error:
        pytest.skip(needed(error))
