"""``%aero_trace``, ``%%aero_trace`` and ``%%aero_js``: parse the line, call the library, show the result."""

import sys
from typing import Any
from weakref import WeakKeyDictionary

from aero_nb.capturing import Capture
from aero_nb.errors import CaptureError
from aero_nb.magics.aero_magics import AeroMagics
from aero_nb.magics.cells import trace_this_cell
from aero_nb.recorder import recover_abandoned
from aero_nb.sources.recovery import crash_reports, recovered_captures

_MAGICS = {"line": ["aero_trace"], "cell": ["aero_trace", "aero_js"]}
_kept: WeakKeyDictionary[Any, Capture] = WeakKeyDictionary()  # per shell: what an unload in mid-capture recorded


def load(ipython: Any) -> None:
    """Register the magics in ``ipython``; harmless when they are there already."""
    if _loaded(ipython) is not None:
        return
    magics = AeroMagics(ipython, last=_kept.pop(ipython, None))
    magics.shadowed = {kind: dict(table) for kind, table in ipython.magics_manager.magics.items()}
    ipython.register_magics(magics)
    ipython.input_transformers_cleanup.append(trace_this_cell)
    ipython.events.register("pre_execute", magics.pre_execute)
    ipython.events.register("pre_run_cell", magics.pre_run_cell)
    ipython.events.register("post_execute", magics.post_execute)
    ipython.events.register("post_run_cell", magics.post_run_cell)
    _report_recovered()


def _report_recovered() -> None:
    """Say where the recordings of crashed processes lie; whatever is the matter with them, the magics load."""
    try:
        for sentence in crash_reports([*recovered_captures(), *recover_abandoned()]):
            print(sentence)
    except (OSError, CaptureError) as error:
        print(f"could not look for recordings of crashed processes: {error}", file=sys.stderr)


def unload(ipython: Any) -> None:
    """Take everything away again; a running capture is stopped and waits for the next load."""
    magics = _loaded(ipython)
    if magics is None:
        return
    last = magics.close()
    if last is not None:
        _kept[ipython] = last
    ipython.events.unregister("pre_execute", magics.pre_execute)
    ipython.events.unregister("pre_run_cell", magics.pre_run_cell)
    ipython.events.unregister("post_execute", magics.post_execute)
    ipython.events.unregister("post_run_cell", magics.post_run_cell)
    ipython.input_transformers_cleanup.remove(trace_this_cell)
    del ipython.magics_manager.registry[AeroMagics.__name__]
    for kind, names in _MAGICS.items():
        table, before = ipython.magics_manager.magics[kind], magics.shadowed[kind]
        for name in names:
            del table[name]
            if name in before:
                table[name] = before[name]


def _loaded(ipython: Any) -> AeroMagics | None:
    magics: AeroMagics | None = ipython.magics_manager.registry.get(AeroMagics.__name__)
    return magics
