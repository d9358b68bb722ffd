"""A finished recording: its tables, and what it draws and answers."""

from aero_nb.trace.loading import load
from aero_nb.trace.trace import Trace

__all__ = ["Trace", "load"]
