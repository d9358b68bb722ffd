"""How a timeline is looked at, as a small plain dict: to be saved, sent, and given to a timeline of another trace.

Tracks and spans are told by name, for their numbers mean nothing in another trace.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np

from aero_nb.tables.trace_tables import TraceTables
from aero_nb.timeline.axes import Axes, Axis
from aero_nb.timeline.first_sight import opening_of
from aero_nb.timeline.notes import is_note, is_number, kept_of, saved_notes, valid_notes
from aero_nb.timeline.scene import Scene

COLORS: Final = ("name", "cat", "thread", "self")
COUNTER_MODES: Final = ("level", "rate", "delta")
WHEELS: Final = ("scroll", "zoom")
TRACKS: Final = ("shown", "pinned", "collapsed", "scale_fit", "scale_log", "selection_tracks")
DEFAULTS: Final[dict[str, Any]] = {
    "window": None,
    "selection_range": None,
    "search": "",
    "color_by": "name",
    "counter_mode": "level",
    "wheel": "scroll",
    "notes": [],
    "shown": None,
    "pinned": [],
    "collapsed": [],
    "scale_fit": [],
    "scale_log": [],
    "selection_tracks": None,
    "selected": None,
}

_Check = tuple[str, Callable[[Any], bool]]


def state_of(scene: Scene, values: Mapping[str, Any], axes: Axes) -> dict[str, Any]:
    """Return how a timeline of ``scene`` is looked at: what differs from one that was just opened, in plain JSON.

    Args:
        scene: what is drawn.
        values: the attributes of the timeline by name, with ``_selected``, the place of the selected span.
        axes: what it can be drawn by; where there is one, ``axis`` is always told.

    """
    axis = axes.named(values["axis"])
    told = {key: values[key] for key in ("selection_range", "search", "color_by", "counter_mode", "wheel", "notes")}
    told["window"] = None if _is_opening(scene, axis, values["window"]) else values["window"]
    told |= {key: None if values[key] is None else names_of_tracks(scene, values[key]) for key in TRACKS}
    told["selected"] = _name_of_span(scene, values["_selected"])
    changed = {key: told[key] for key, usual in DEFAULTS.items() if told[key] != usual}
    return {**changed, "axis": values["axis"]} if axes.axes else changed


def values_of(scene: Scene, state: Mapping[str, Any], axes: Axes, *, asked: bool) -> tuple[dict[str, Any], list[str]]:
    """Return the attributes of a timeline that ``state`` tells, and in sentences what of it this trace lacks.

    Args:
        scene: what is drawn.
        state: what :func:`state_of` made, of this trace or of another.
        axes: what it can be drawn by.
        asked: a person gave the state, who wants to know of errors in it; what is wrong in a file is left out.

    Raises:
        ValueError: ``asked``, and a key is unknown or has a value that it cannot have.

    """
    told = _checked(state, asked)
    known = ("search", "color_by", "counter_mode", "wheel")
    values: dict[str, Any] = {key: told[key] for key in known if key in told}
    lacking: list[str] = []
    if "notes" in told:
        values["notes"] = valid_notes(told["notes"])
    for key in ("window", "selection_range"):
        if key in told and _touches(scene, told[key]):
            values[key] = _near(scene, told[key])
        elif key in told:
            lacking.append(f"its {key} lies outside of this trace")
    if "axis" in told and (not told["axis"] or told["axis"] in [axis.name for axis in axes.axes]):
        values["axis"] = told["axis"]
    elif "axis" in told:
        lacking.append(f"it cannot be drawn by {told['axis']!r}")
    for key in TRACKS:
        if key in told:
            values[key], missing = _numbers_of_tracks(scene, told[key])
            lacking += [f"there is no track {title!r} of {process!r} ({key})" for process, title in missing]
    for key in ("shown", "selection_tracks"):
        if told.get(key) and not values[key]:
            del values[key]  # of another trace altogether: all of this one rather than nothing
    if "selected" in told:
        values["_selected"] = _place_of_span(scene, *told["selected"])
        if values["_selected"] < 0:
            name, ts_us = told["selected"]
            lacking.append(f"there is no span {name!r} at {ts_us:,.10g} µs (selected)")
    return values, lacking


def opened(
    scene: Scene, axes: Axes, state: Mapping[str, Any] | None, options: Mapping[str, Any]
) -> tuple[dict[str, Any], str]:
    """Return the attributes a timeline opens with, and in words what of ``state`` the trace lacks, or ``""``.

    ``options`` win over ``state``, which takes the place of the view that was saved with the trace; the trace's notes
    stay where neither has any.

    Raises:
        ValueError: see :func:`values_of`.

    """
    told = saved_state(scene.trace) if state is None else state
    values, lacking = values_of(scene, told, axes, asked=state is not None)
    problem = _said(lacking) if state is not None else ""
    return {"notes": saved_notes(scene.trace), **values, **options}, problem


def whole_view(scene: Scene, axes: Axes, state: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """Return the attributes of a timeline that takes ``state`` and drops what it had, and what the trace lacks of it.

    Raises:
        ValueError: see :func:`values_of`.

    """
    values, lacking = values_of(scene, state, axes, asked=True)
    window = opening_window(scene, axes.named(values.get("axis", "")))
    usual = {**DEFAULTS, "window": list(window), "_selected": -1}
    return {**usual, **values}, _said(lacking)


def _said(lacking: Sequence[str]) -> str:
    return f"state: {'; '.join(lacking)}: left out" if lacking else ""


def saved_state(trace: TraceTables) -> dict[str, Any]:
    """Return the view that a trace was saved with (``otherData.aero_nb.view``), without what is wrong in it."""
    view = kept_of(trace).get("view")
    return _checked(view, strict=False) if isinstance(view, Mapping) else {}


def axis_of(trace: TraceTables, state: Mapping[str, Any] | None) -> str:
    """Return the name of the axis that a state tells, or the view that was saved with the trace; ``""`` for none."""
    told = saved_state(trace) if state is None else state
    axis = told.get("axis") if isinstance(told, Mapping) else None
    return axis if isinstance(axis, str) else ""


def with_axis(options: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the options of a timeline that is drawn by an axis unless they, or their state, say otherwise."""
    return options if "axis" in (options.get("state") or {}) else {"axis": name, **options}


def names_of_tracks(scene: Scene, numbers: Sequence[int]) -> list[list[str]]:
    """Return ``[process, track]`` of tracks, as the timeline calls them."""
    titles = scene.process_titles
    known = {band.track: [titles[band.process], band.title] for band in scene.bands}
    return [known[number] for number in numbers if number in known]


def numbers_of_tracks(scene: Scene, names: Sequence[Sequence[str]]) -> list[int]:
    """Return the tracks of these names that there are; see :func:`names_of_tracks`."""
    return _numbers_of_tracks(scene, names)[0]


def _numbers_of_tracks(scene: Scene, names: Sequence[Sequence[str]]) -> tuple[list[int], list[Sequence[str]]]:
    """Return the numbers, and the names without a track.

    A process may be called otherwise in another trace (by its pid): then a track's own name does, if one process only
    has it.
    """
    by_both: dict[tuple[str, str], list[int]] = {}
    by_title: dict[str, set[int]] = {}
    titles = scene.process_titles
    for band in scene.bands:
        by_both.setdefault((titles[band.process], band.title), []).append(band.track)
        by_title.setdefault(band.title, set()).add(band.process)
    numbers: dict[int, None] = {}
    missing: list[Sequence[str]] = []
    for process, title in names:
        owners = by_title.get(title, set())
        own = titles[next(iter(owners))] if len(owners) == 1 else process
        found = by_both.get((process, title)) or by_both.get((own, title), [])
        numbers |= dict.fromkeys(found)
        if not found:
            missing.append((process, title))
    return list(numbers), missing


def _name_of_span(scene: Scene, place: int) -> list[Any] | None:
    if not 0 <= place < len(scene.spans):
        return None
    rows = scene.spans
    return [scene.names.texts[rows.name[place]], float(scene.zero_us + rows.start[place] / 1000)]


def _place_of_span(scene: Scene, name: str, ts_us: float) -> int:
    rows = scene.spans
    there = np.flatnonzero(np.abs(rows.start - (ts_us - scene.zero_us) * 1000) <= 1)
    return next((place for place in there.tolist() if scene.names.texts[rows.name[place]] == name), -1)


def whole_of(scene: Scene, axis: Axis | None = None) -> tuple[float, float]:
    """Return the first and the last moment (µs) that can be drawn; by an axis those of its first map."""
    if axis is not None:
        return float(axis.maps[0].at[0]), float(axis.maps[0].at[-1])
    return scene.zero_us, scene.zero_us + scene.duration_ns / 1000


def opening_window(scene: Scene, axis: Axis | None = None) -> tuple[float, float]:
    """Return the moments (µs) that a timeline opens on."""
    opening = None if axis is not None else opening_of(scene)
    if opening is None:
        return whole_of(scene, axis)
    return scene.zero_us + opening.start_ns / 1000, scene.zero_us + opening.end_ns / 1000


def _is_opening(scene: Scene, axis: Axis | None, window: Sequence[float] | None) -> bool:
    if window is None:
        return True
    opening, whole = opening_window(scene, axis), whole_of(scene, axis)
    if opening != whole:
        return all(abs(one - other) < 2e-3 for one, other in zip(opening, window, strict=True))
    return window[0] <= whole[0] + 1e-3 and window[1] >= whole[1] - 1e-3


def _touches(scene: Scene, interval: Sequence[float]) -> bool:
    start, end = whole_of(scene)
    return interval[0] <= end and interval[1] >= start


def _near(scene: Scene, interval: Sequence[float]) -> list[float]:
    """Return an interval without what lies farther from the trace than it is long: a page could not reckon with it."""
    start, end = whole_of(scene)
    return [min(max(float(moment), start - (end - start)), end + (end - start)) for moment in interval]


def _checked(state: Mapping[str, Any], strict: bool) -> dict[str, Any]:
    """Return what a state tells, without what is None; a wrong part raises where ``strict``, else it is left out."""
    if strict and not isinstance(state, Mapping):
        raise ValueError(f"state: expected a dict as w.state gives it, found {type(state).__name__}")
    told = {}
    for key, value in state.items():
        if key not in _CHECKS:
            if strict:
                raise ValueError(f"state: expected the keys {', '.join(_CHECKS)}, found {key!r:.80}: leave it out")
        elif value is not None and _CHECKS[key][1](value):
            told[key] = value
        elif value is not None and strict:
            raise ValueError(
                f"state: expected {key!r} as {_CHECKS[key][0]}, found {value!r:.80}: mend it, or leave it out"
            )
    return told


def _is_interval(value: Any) -> bool:
    return _is_list(value) and len(value) == 2 and all(map(is_number, value)) and bool(value[0] <= value[1])


def _is_list(value: Any) -> bool:
    return isinstance(value, list | tuple)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_tracks(value: Any) -> bool:
    return _is_list(value) and all(_is_list(pair) and len(pair) == 2 and all(map(_is_text, pair)) for pair in value)


def _is_selected(value: Any) -> bool:
    return _is_list(value) and len(value) == 2 and _is_text(value[0]) and is_number(value[1])


def _one_of(choices: Sequence[str]) -> _Check:
    return f"one of {', '.join(choices)}", lambda value: _is_text(value) and value in choices


_INTERVAL: Final[_Check] = ("[t0_us, t1_us] with t0_us <= t1_us", _is_interval)
_TRACK_NAMES: Final[_Check] = ("a list of [process, track]", _is_tracks)
_CHECKS: Final[dict[str, _Check]] = {
    "window": _INTERVAL,
    "selection_range": _INTERVAL,
    "search": ("a text", _is_text),
    "color_by": _one_of(COLORS),
    "counter_mode": _one_of(COUNTER_MODES),
    "axis": ("the name of an axis", _is_text),
    "wheel": _one_of(WHEELS),
    "notes": ("a list of {'ts_us', 'dur_us', 'text'}", lambda value: _is_list(value) and all(map(is_note, value))),
    **dict.fromkeys(TRACKS, _TRACK_NAMES),
    "selected": ("[name, ts_us]", _is_selected),
}
