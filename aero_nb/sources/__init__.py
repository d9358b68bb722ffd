"""What can be started, exported and stopped: the Sources of a capture."""

from aero_nb.sources.base import Source
from aero_nb.sources.replay import ReplaySource

__all__ = ["ReplaySource", "Source"]
