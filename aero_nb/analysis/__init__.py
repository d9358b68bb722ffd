"""Tables in, tables out: the questions that people bring, each a pure function of a Trace's tables."""

from aero_nb.analysis.activities import ACTIVITIES, activities
from aero_nb.analysis.affected import affected, affected_async, affected_share, crossing
from aero_nb.analysis.affected_lanes import affected_times
from aero_nb.analysis.busy import alone, busy_intervals, busy_times, utilisation
from aero_nb.analysis.counter_values import counter_intervals, counter_kinds, rate, resample
from aero_nb.analysis.durations import duration_bins
from aero_nb.analysis.frame_times import frame_statistics, frames
from aero_nb.analysis.idle import gaps_between, overlaps
from aero_nb.analysis.milestone_times import milestones, tier_switches
from aero_nb.analysis.sampled_functions import functions_in_frame
from aero_nb.analysis.self_time import summary, top_spans
from aero_nb.analysis.slices import flatten
from aero_nb.analysis.slow_frames import explain
from aero_nb.analysis.trees import Sandwich, bottom_up, call_tree, sandwich

__all__ = [
    "ACTIVITIES",
    "Sandwich",
    "activities",
    "affected",
    "affected_async",
    "affected_share",
    "affected_times",
    "alone",
    "bottom_up",
    "busy_intervals",
    "busy_times",
    "call_tree",
    "counter_intervals",
    "counter_kinds",
    "crossing",
    "duration_bins",
    "explain",
    "flatten",
    "frame_statistics",
    "frames",
    "functions_in_frame",
    "gaps_between",
    "milestones",
    "overlaps",
    "rate",
    "resample",
    "sandwich",
    "summary",
    "tier_switches",
    "top_spans",
    "utilisation",
]
