"""What can be started, exported and stopped: the Sources of a capture, and what keeps their recordings safe.

- :class:`Source` is what a capture needs; the protocols beside it are what a Source may promise besides.
- :mod:`~aero_nb.sources.keeping`, :mod:`~aero_nb.sources.joining`, :mod:`~aero_nb.sources.streaming`: recordings that
  outgrow the rings they are made in, and lie on disk while they are made.
- :mod:`~aero_nb.sources.recovery`: what a crash leaves.
"""

from aero_nb.sources.base import (
    KeepsLastExport,
    Labelled,
    Numbered,
    OwnClock,
    Source,
    StartOptions,
    TakesOptions,
    UncertainClock,
    Wipeable,
)
from aero_nb.sources.replay import ReplaySource

__all__ = [
    "KeepsLastExport",
    "Labelled",
    "Numbered",
    "OwnClock",
    "ReplaySource",
    "Source",
    "StartOptions",
    "TakesOptions",
    "UncertainClock",
    "Wipeable",
]
