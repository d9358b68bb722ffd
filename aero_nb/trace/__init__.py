"""A finished recording: its tables, and what it draws and answers."""

from aero_nb.trace.trace import Trace, load

__all__ = ["Trace", "load"]
