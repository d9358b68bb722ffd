"""Records spans, instants and counters of this process and its workers: the Python twin of ``window.aero.perf``."""

from aero_nb.recorder.abandoned import recover_abandoned
from aero_nb.recorder.programs import record_code, record_module, record_script
from aero_nb.recorder.recorder import Recorder
from aero_nb.recorder.this_process import perf

__all__ = ["Recorder", "perf", "record_code", "record_module", "record_script", "recover_abandoned"]
