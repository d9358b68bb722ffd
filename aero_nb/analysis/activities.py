"""What Chrome was doing in a span: the collector, a compiler, script, layout ... by the names of its events."""

import re
from collections.abc import Iterator
from itertools import starmap
from typing import Final

import numpy as np
import pandas as pd

from aero_nb.analysis.parents import parent_rows
from aero_nb.tables.columns import Codes, Ints

ACTIVITIES: Final = ("gc", "compile", "script", "style_layout", "paint", "commit", "wait", "idle", "other")
"""Every activity, in the order of :func:`activities`' categories."""

_OTHER: Final = ACTIVITIES.index("other")
_UNKNOWN: Final = -2  # a span of Chrome whose name says nothing: it is part of what it lies in
_NOT_CHROME: Final = -1

_OF_CHROME: Final = re.compile(
    r"(?:^|,)(?:disabled-by-default-)?(?:devtools\.|v8\b|blink\b|cc\b|viz\b|toplevel\b|latencyInfo\b)"
)
_BY_CATEGORY: Final = (
    ("gc", re.compile(r"\b(?:v8\.gc|blink_gc)\b")),
    ("compile", re.compile(r"\bv8\.(?:compile|wasm)\b")),
)
_BY_NAME: Final = tuple(
    (activity, re.compile(rf"(?:{'|'.join(names)})\Z"))
    for activity, names in (
        (
            "script",
            [
                r"(?:FunctionCall|EvaluateScript|V8\.Execute|wasm\.ExecuteStartFunction)",
                r"v8\.(?:callFunction|callModuleMethod|run|newInstance|evaluateModule)",
                r"(?:EventDispatch|TimerFire|FireAnimationFrame|FireIdleCallback|HandlePostMessage|RunMicrotasks)",
                r"(?:XHRReadyStateChange|XHRLoad|WebSocketReceive)",
            ],
        ),
        ("gc", [r"V8\.GC.*", r"(?:Major|Minor)GC", r"GCEvent", r"BlinkGC.*", r"CppGC.*"]),
        (
            "compile",
            [
                r"[Vv]8\.(?:Compile|Parse|PreParse|Optimi[sz]e|Deoptimi[sz]e|Maglev|Turbo[fF]an|Finalize\w*Compilation).*",
                r"v8\.(?:compile|produce|parseOnBackground|deserialize|wasm).*",
                r"(?:Compile|Optimize|Cache)(?:Code|Module|Script)",
                r"wasm\..*",
            ],
        ),
        (
            "style_layout",
            [
                r"(?:UpdateLayoutTree|RecalculateStyles|RecalcStyle|Layout|PrePaint|HitTest)",
                r"(?:ParseAuthorStyleSheet|ScrollLayer|IntersectionObserverController::computeIntersections)",
            ],
        ),
        ("commit", [r"(?:Commit|Layerize|UpdateLayer|UpdateLayerTree|CompositeLayers)"]),
        (
            "paint",
            [
                r"Paint(?:Setup|Image)?",
                r"(?:Raster(?:ize|Task)|Image(?:Decode|Upload)Task|(?:Decode|Resize|Draw)\w*Image|Decode LazyPixelRef)",
                r"GPUTask",
            ],
        ),
        ("wait", [r"ScopedBlockingCall\w*", r"WaitableEvent::\w*Wait\w*", r"(?:\w+::)?WaitFor\w+", r"Atomics\.wait"]),
        ("idle", [r"\(?[Ii]dle\)?"]),
        # A task is whatever it does; the profiler's own start is nobody's.
        ("other", [r"(?:RunTask|Task|Program|ThreadControllerImpl::RunTask|CpuProfiler::.*)"]),
    )
)


def activities(spans: pd.DataFrame) -> "pd.Series[str]":
    """Say of each span of Chrome what the browser was doing.

    - ``gc``: V8's and Blink's collectors (``V8.GC_...``, ``MajorGC``, ``MinorGC``), all of the category ``v8.gc``
    - ``compile``: parsing, compiling, tiering up and deoptimizing of JavaScript and WebAssembly
    - ``script``: ``FunctionCall``, ``FireAnimationFrame``, ``TimerFire``, ``EventDispatch`` ...
    - ``style_layout``: ``UpdateLayoutTree``, ``Layout``, ``PrePaint``, ``HitTest``
    - ``paint``: ``Paint``, ``RasterTask``, ``GPUTask``, decoding of images
    - ``commit``: ``Commit``, ``Layerize``, ``UpdateLayer``, ``CompositeLayers``
    - ``wait``: blocking calls; ``idle``: what Chrome calls idle
    - ``other``: tasks as such, and all whose name is not known and that lies in nothing known

    The names are those by which the performance panel of Chrome's DevTools groups events (its *rendering* is
    ``style_layout`` here, and ``commit`` is apart from *painting*); categories decide where names are many. A span
    of a name that is not known is part of the span that it lies in.

    Args:
        spans: a Trace's ``spans`` (or a selection of its rows).

    Returns:
        A category (:data:`ACTIVITIES`) for each row of ``spans``; missing where the category (``cat``) is none of
        Chrome's.

    """
    return pd.Series(pd.Categorical.from_codes(_codes(spans), pd.Index(ACTIVITIES)), index=spans.index, name="activity")


def has_activities(spans: pd.DataFrame) -> bool:
    """Return whether some span is one of Chrome's."""
    return "cat" in spans and any(map(_OF_CHROME.search, _texts(spans["cat"])))


def _codes(spans: pd.DataFrame) -> Codes:
    if not has_activities(spans):
        return np.full(len(spans), _NOT_CHROME, np.int32)
    kinds = spans.groupby(["name", "cat"], observed=True, sort=False, dropna=False)
    kind = kinds.ngroup().to_numpy(np.int64)
    _, first = np.unique(kind, return_index=True)
    pairs = zip(*(spans[column].iloc[first].astype("object").fillna("") for column in ("name", "cat")), strict=True)
    codes = np.fromiter(starmap(_code_of, pairs), np.int32, len(first))[kind]
    return _inherited(codes, parent_rows(spans))


def _code_of(name: str, cat: str) -> int:
    if not _OF_CHROME.search(cat):
        return _NOT_CHROME
    for activity, called in _BY_NAME:
        if called.match(name):
            return ACTIVITIES.index(activity)
    for activity, categories in _BY_CATEGORY:
        if categories.search(cat):
            return ACTIVITIES.index(activity)
    return _UNKNOWN


def _inherited(codes: Codes, parent: Ints) -> Codes:
    """Give what is unknown the code of the nearest known ancestor: each step doubles how far up is looked."""
    unknown = codes == _UNKNOWN
    above = np.where(unknown & (parent >= 0), parent, np.arange(len(codes)))
    while not np.array_equal(further := above[above], above):
        above = further
    found = codes[above]
    return np.where(unknown & (found < 0), _OTHER, found).astype(np.int32)


def _texts(column: "pd.Series[str]") -> Iterator[str]:
    categories = column.cat.categories if isinstance(column.dtype, pd.CategoricalDtype) else column.dropna().unique()
    return map(str, categories)
