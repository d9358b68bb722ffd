"""The native core: what of the reader and the recorder is written in C, where a compiler built it.

Pure Python is the reference and says the same; ``core()`` is None wherever it has to do the work.
"""

from __future__ import annotations

import os
import warnings
from functools import cache
from importlib import import_module
from types import ModuleType

from aero_nb._native.sources import source_hash

REBUILD = "pip install --no-deps -e ."


def core() -> ModuleType | None:
    """Return the compiled core, None where pure Python is to be used.

    Raises:
        ImportError: AERO_NB_NATIVE is 1 and there is no usable core.
    """
    found, reason = _found()
    wish = os.environ.get("AERO_NB_NATIVE", "")
    if wish == "1" and found is None:
        raise ImportError(f"expected the native core, as AERO_NB_NATIVE is 1, found {reason}; build it: {REBUILD}")
    return None if wish == "0" else found


def describe() -> str:
    """Return which core is in use, and why, in a few words."""
    found, reason = _found()
    if os.environ.get("AERO_NB_NATIVE", "") == "0":
        reason = "AERO_NB_NATIVE is 0"
    elif found is not None:
        return "native core"
    return f"pure Python: {reason}"


@cache
def _found() -> tuple[ModuleType | None, str]:
    """Return the core and an empty text, or None and what was found instead. Warns once where it is stale."""
    try:
        found = import_module("aero_nb._native._core")
    except ImportError as error:
        missing = isinstance(error, ModuleNotFoundError)
        return None, "no core was built" if missing else f"a core that does not load ({error})"
    expected = source_hash()
    if expected and expected != found.SOURCE_HASH:
        message = f"a core built from other C sources than these; build it again: {REBUILD}"
        warnings.warn(f"aero_nb is in pure Python: found {message}", RuntimeWarning, stacklevel=2)
        return None, message
    return found, ""
