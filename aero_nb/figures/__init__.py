"""Tables in, plotly figures out: one colour per name, the same units everywhere, a still form for every front end."""

from aero_nb.figures.counters import counter_timeline
from aero_nb.figures.figure import Figure
from aero_nb.figures.flames import flame_chart
from aero_nb.figures.frame_bars import frames_chart, perf_frames_chart
from aero_nb.figures.histograms import duration_histogram
from aero_nb.figures.icicles import flame_graph
from aero_nb.figures.utilisation_rows import utilisation_chart

__all__ = [
    "Figure",
    "counter_timeline",
    "duration_histogram",
    "flame_chart",
    "flame_graph",
    "frames_chart",
    "perf_frames_chart",
    "utilisation_chart",
]
