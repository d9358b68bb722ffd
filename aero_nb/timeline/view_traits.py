"""The traits of the timeline widget that say how it is looked at: what a view's state tells, and its height."""

from typing import Any, Final

import numpy as np
import traitlets

from aero_nb.timeline import view_state
from aero_nb.timeline.notes import valid_notes

OF_VIEW: Final = (  # what the state of a view tells; the window last, for to show a selected span may move it
    *("search", "color_by", "counter_mode", "axis", "wheel", "notes", "shown", "pinned", "collapsed"),
    *("scale_fit", "scale_log", "_selected", "selection_tracks", "selection_range", "window"),
)


def _interval() -> Any:
    """Return a trait of ``[t0_us, t1_us]`` or None."""
    pair = traitlets.List(traitlets.Float(), minlen=2, maxlen=2, allow_none=True, default_value=None)
    return pair.tag(sync=True)


def _numbers() -> Any:
    """Return a trait of track numbers."""
    return traitlets.List(traitlets.Int()).tag(sync=True)


def _numbers_or_none() -> Any:
    """Return a trait of track numbers, or None for all tracks."""
    return traitlets.List(traitlets.Int(), allow_none=True, default_value=None).tag(sync=True)


class ViewTraits(traitlets.HasTraits):  # type: ignore[misc]
    """What a timeline and its page tell each other of the view; :class:`aero_nb.timeline.Timeline` describes each."""

    window = _interval()
    selection_range = _interval()
    selection_tracks = _numbers_or_none()
    selected_span = traitlets.Any(None)
    search = traitlets.Unicode("").tag(sync=True)
    color_by = traitlets.Enum(view_state.COLORS, "name").tag(sync=True)
    counter_mode = traitlets.Enum(view_state.COUNTER_MODES, "level").tag(sync=True)
    scale_fit = _numbers()
    scale_log = _numbers()
    notes = traitlets.List(traitlets.Dict()).tag(sync=True)
    axis = traitlets.Unicode("").tag(sync=True)
    shown = _numbers_or_none()
    pinned = _numbers()
    collapsed = _numbers()
    wheel = traitlets.Enum(view_state.WHEELS, "scroll").tag(sync=True)
    height = traitlets.Int(None, allow_none=True, min=150).tag(sync=True)
    _selected = traitlets.Int(-1).tag(sync=True)

    @traitlets.validate("window", "selection_range")  # type: ignore[untyped-decorator]
    def _in_order(self, proposal: dict[str, Any]) -> list[float] | None:
        pair = proposal["value"]
        if pair is None:
            return None
        if not all(np.isfinite(pair)) or pair[1] < pair[0]:
            raise traitlets.TraitError(f"expected [t0_us, t1_us] with t0_us <= t1_us, found {pair}")
        return [float(moment) for moment in pair]  # numpy's would not be plain in the state

    @traitlets.validate("notes")  # type: ignore[untyped-decorator]
    def _checked_notes(self, proposal: dict[str, Any]) -> list[dict[str, Any]]:
        return valid_notes(proposal["value"])
