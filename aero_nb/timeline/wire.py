"""What a timeline sends to its page, described once: for `packing`, which writes it, and for the page, which reads it.

The page's description, ``front/src/data/wire.ts``, is written from this one by ``scripts/wire_types.py``.
"""

from typing import Literal, NotRequired, TypedDict

from aero_nb.timeline.first_sight import Lack, Opening
from aero_nb.timeline.scene import Band

IntegerKey = Literal[
    "start",  # steps; span starts, row by row, in ns since the trace's first moment
    "duration",
    "name",  # codes of `names`
    "cat",  # codes of `cats`
    "parent",  # steps; place of the parent plus one, 0: a root
    "self_at",  # steps; places of the spans whose self time parents and durations do not tell
    "self_ns",
    "instant_time",  # steps
    "instant_name",
    "instant_scope",  # 0 thread, 1 process, 2 global
    "sample_time",  # steps
    "flow_from",  # place of the span plus one, 0: none
    "flow_to",
    "pair_at",  # steps; places of the spans of which it is known what does the same in another run
    "pair_to",  # place of that span
    "args_at",  # steps; places of the spans whose args are lines of `args_text`
]
FloatKey = Literal[
    "sample_value",
    "flow_from_time",
    "flow_to_time",
    "axis_at",  # ns since the trace's first moment, map by map
    "axis_to",  # where that lies on the axis
]
TextKey = Literal["args_text"]


class IntegerSection(TypedDict):
    """``count`` integers in ``width`` byte planes; ``exceptions`` are places, and the values that did not fit there."""

    offset: int
    count: int
    width: int
    exceptions: tuple[list[int], list[int]]


class FloatSection(TypedDict):
    """``count`` float64 values in eight byte planes."""

    offset: int
    count: int
    width: int


class TextSection(TypedDict):
    """``count`` bytes of UTF-8."""

    offset: int
    count: int
    width: int


class Sections(TypedDict):
    """Where each section lies, in bytes after the header."""

    start: IntegerSection
    duration: IntegerSection
    name: IntegerSection
    cat: IntegerSection
    parent: IntegerSection
    self_at: IntegerSection
    self_ns: IntegerSection
    instant_time: IntegerSection
    instant_name: IntegerSection
    instant_scope: IntegerSection
    sample_time: IntegerSection
    sample_value: FloatSection
    flow_from: IntegerSection
    flow_from_time: FloatSection
    flow_to: IntegerSection
    flow_to_time: FloatSection
    axis_at: FloatSection
    axis_to: FloatSection
    pair_at: IntegerSection
    pair_to: IntegerSection
    args_at: NotRequired[IntegerSection]
    args_text: NotRequired[TextSection]


class Process(TypedDict):
    """A process and its heading; a closed one is at first only that."""

    pid: str
    title: str
    closed: bool


class Axis(TypedDict):
    """An axis besides host time; ``bounds``: where in ``axis_at`` each part's map begins, then where the last ends.

    Its places are counted from ``zero``, in units of ``unit``; without one they are ns.
    """

    name: str
    unit: str
    zero: float
    length: float
    bounds: list[int]


class Header(TypedDict):
    """The JSON before the sections; times in ns, ``zero_us`` is the trace's first moment in µs of the tables."""

    version: int
    zero_us: float
    duration_ns: int
    names: list[str]
    cats: list[str]
    processes: list[Process]
    bands: list[Band]
    axes: list[Axis]
    opening: NotRequired[Opening]
    lack: NotRequired[Lack]
    row_start: list[int]
    row_depth: list[int]
    row_lane: list[int]
    unfinished: list[int]
    sections: Sections
