"""Records spans, instants and counters of this process and its workers: the Python twin of ``window.aero.perf``."""

from aero_nb.recorder.recorder import Recorder

perf = Recorder()
"""The recorder of this process."""

__all__ = ["Recorder", "perf"]
