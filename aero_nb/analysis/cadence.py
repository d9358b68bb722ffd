"""Which spans or instants are display frames, and how long it is from each to the next one of its lane."""

from collections.abc import Collection, Iterable
from re import Pattern
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from aero_nb.analysis.affected import in_gap
from aero_nb.analysis.intervals import bounds_ns
from aero_nb.analysis.lane_names import lane_names
from aero_nb.tables.arrays import whole_ns
from aero_nb.tables.columns import Bools
from aero_nb.tables.selecting import matching

FrameNames: TypeAlias = str | Pattern[str] | Collection[str]
"""What frames are called: one name, several, or a pattern that is searched in the names."""

_LANE = ["track", "pid", "tid", "process", "thread"]
_TICK_US = 0.001
_LANES_NAMED = 3  # of many runs, whose process numbers differ
_REASONS = pd.CategoricalDtype(["gap", "traceStop", "traceStart"])


def cadence(
    spans: pd.DataFrame,
    instants: pd.DataFrame | None = None,
    gaps: pd.DataFrame | None = None,
    span: FrameNames = "frame",
) -> pd.DataFrame:
    """Return the frames and the interval from each one's start to the next one's on its lane.

    Frames are the spans of these names (of spans inside each other the outermost); where no span is called so, the
    instants.

    Returns:
        One row per frame, by time (index ``frame``): ``span`` (its index, -1: an instant), ``name``, ``track process
        thread pid tid``, ``ts_us``, ``interval_us`` (NaN for a lane's last frame), ``work_us`` (the span's duration;
        NaN: an instant), ``self_us``, and ``left_out`` (why the interval says nothing about the frame: a category of
        ``gap traceStop traceStart``, missing where it does).

    """
    chosen = _chosen(spans, instants, span)
    starts = pd.Series(whole_ns(chosen["ts_us"]), index=chosen.index)
    chosen["interval_us"] = -starts.groupby(chosen["track"]).diff(-1) / 1000
    chosen["left_out"] = _reasons(chosen, instants, gaps)
    lane = [name for name in _LANE if name in chosen]
    return chosen[["span", "name", *lane, "ts_us", "interval_us", "work_us", "self_us", "left_out"]]


def usable(table: pd.DataFrame) -> "pd.Series[bool]":
    """Return of which frames the interval is known and nothing in the trace speaks against it."""
    return table["interval_us"].notna() & table["left_out"].isna()


def main_lane(table: pd.DataFrame) -> pd.DataFrame:
    """Return the frames of the lane that has most of them (of equals the first): two lanes have two cadences."""
    if table.empty:
        return table
    return table[table["track"] == table["track"].value_counts(sort=False).idxmax()]


def frames_note(table: pd.DataFrame) -> str:
    """Say how many frames the statistics of a table of frames are of, on which lane, and what was left out of them."""
    taken = main_lane(table)
    if taken.empty:
        return "0 frames"
    lanes = _lane_names(table)
    others = f", the one of {len(lanes)} lanes that has most" if len(lanes) > 1 else ""
    reasons = taken["left_out"].value_counts()
    reasons = reasons[reasons > 0]
    left_out = ", ".join(f"{count} with a {reason} inside" for reason, count in reasons.items())
    on = f"{len(taken):,} frames on {lanes[taken['track'].iloc[0]]}"
    return f"{on}{others}" + (f"; intervals left out: {left_out}" if left_out else "")


def lane_taken(table: pd.DataFrame) -> str:
    """Return the name of the lane that statistics of these frames are of; empty where there is no choice."""
    lanes = _lane_names(table)
    return lanes[main_lane(table)["track"].iloc[0]] if len(lanes) > 1 else ""


def note_on_lanes(taken: Iterable[str]) -> list[str]:
    """Say of which lanes the frames of several runs were taken, by :func:`lane_taken` of each; nothing without choice.

    Returns:
        A sentence, or none.

    """
    names = list(dict.fromkeys(name for name in taken if name))
    if not names:
        return []
    unnamed = len(names) - _LANES_NAMED
    listed = ", ".join(names[:_LANES_NAMED]) + (f" and {unnamed} more" if unnamed > 0 else "")
    return [f"Several lanes have frames: taken are those of the lane that has most ({listed})."]


def _lane_names(table: pd.DataFrame) -> dict[int, str]:
    lanes = table.drop_duplicates("track")
    return dict(zip(lanes["track"], lane_names(lanes), strict=True))


def frames_called(span: FrameNames) -> str:
    """Return the names of frames as one text."""
    if isinstance(span, Pattern):
        return str(span.pattern)
    return span if isinstance(span, str) else ", ".join(span)


def _chosen(spans: pd.DataFrame, instants: pd.DataFrame | None, span: FrameNames) -> pd.DataFrame:
    outer = spans[_named(spans["name"], span)].sort_values("ts_us", kind="stable")
    outer = outer[_outermost(outer)]
    if outer.empty and instants is not None and (named := _named(instants["name"], span)).any():
        moments = instants[named].sort_values("ts_us", kind="stable")
        moments = moments.assign(span=-1, work_us=np.nan, self_us=np.nan)
        return moments.reset_index(drop=True).rename_axis("frame")
    return outer.rename(columns={"dur_us": "work_us"}).reset_index(names="span").rename_axis("frame")


def _named(names: pd.Series, span: FrameNames) -> Bools:
    coded = names.astype("category").cat
    wanted = np.append(matching(span, coded.categories.tolist()), False)
    is_named: Bools = wanted[coded.codes.to_numpy()]
    return is_named


def _outermost(spans: pd.DataFrame) -> Bools:
    """Return which spans (by time) do not lie inside an earlier one of their lane."""
    start, end = (pd.Series(ns, index=spans.index) for ns in bounds_ns(spans))
    track = spans["track"]
    before = end.groupby(track).cummax().groupby(track).shift(fill_value=np.iinfo(np.int64).min)
    return ((end > before) | (start >= before)).to_numpy()


def _reasons(table: pd.DataFrame, instants: pd.DataFrame | None, gaps: pd.DataFrame | None) -> Any:
    """Return what lies inside each known interval that spoils it, the first in the order of the categories."""
    reasons = np.full(len(table), None, object)
    known = table["interval_us"].notna().to_numpy()
    intervals = pd.DataFrame(
        {
            name: table[source][known]
            for name, source in (("track", "track"), ("ts_us", "ts_us"), ("dur_us", "interval_us"))
        }
    )
    for reason, breaks in _breaks(instants, gaps):
        inside = np.zeros(len(table), np.bool_)
        inside[known] = in_gap(intervals, breaks).to_numpy()
        reasons[inside & pd.isna(reasons)] = reason
    return pd.Categorical(reasons, dtype=_REASONS)


def _breaks(instants: pd.DataFrame | None, gaps: pd.DataFrame | None) -> list[tuple[str, pd.DataFrame]]:
    """Return when lanes did not record, by reason; a stop spoils the interval it begins in, a start that it ends in."""
    breaks = [] if gaps is None else [("gap", gaps[["track", "start_us", "end_us"]])]
    if instants is not None:
        for name, before, after in (("traceStop", 0.0, _TICK_US), ("traceStart", _TICK_US, 0.0)):
            moments = instants.loc[_named(instants["name"], name), ["track", "ts_us"]]
            times = moments.assign(start_us=moments["ts_us"] - before, end_us=moments["ts_us"] + after)
            breaks.append((name, times))
    return breaks
