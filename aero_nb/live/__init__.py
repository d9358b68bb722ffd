"""Watching a recording while it runs: a widget that this process pushes to.

- :class:`LiveView` shows what a capture records, from its first second to its last, and becomes its timeline then.
- :mod:`~aero_nb.live.lanes` pairs begins and ends; :mod:`~aero_nb.live.numbers` counts frames and counters;
  :mod:`~aero_nb.live.feed` puts both together and :mod:`~aero_nb.live.wire` into bytes.
"""

from aero_nb.live.view import LiveView

__all__ = ["LiveView"]
