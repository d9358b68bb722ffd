"""The interactive timeline: a widget whose spans live in the browser, on a canvas under a plotly figure."""

from aero_nb.timeline.perfetto import PerfettoButton
from aero_nb.timeline.widget import Timeline

__all__ = ["PerfettoButton", "Timeline"]
