"""Traces that hypothesis makes up: few names, few timestamps, few lanes, so that everything collides."""

from typing import Any

from hypothesis import strategies as st

Event = dict[str, Any]

NAMES = st.sampled_from(["a", "b", "c"])
LANES = st.sampled_from([(1, 1), (1, 1), (1, 2), (2, 1)])
# Equal times are the rule; 0.0005 is a half nanosecond, 1.0004 and 1.0006 round to different ones.
TIMES = st.integers(0, 12) | st.sampled_from([-3, -0.5, 0.0005, 0.0015, 1.0004, 1.0006, 2.5, 7.25])
DURATIONS = st.integers(0, 8) | st.sampled_from([0, 0, 0.0005, 0.25, 0.9994, 1.0006, 1.4999, -2])


def event(phase: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Event]:
    """An event of ``phase`` on some lane at some time, with ``fields``."""
    common = st.builds(lambda lane, ts: {"ph": phase, "pid": lane[0], "tid": lane[1], "ts": ts}, LANES, TIMES)
    return st.builds(lambda base, rest: {**base, **rest}, common, st.fixed_dictionaries(fields))


def sometimes(name: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[Event]:
    """``{name: value}`` or nothing."""
    return st.just({}) | values.map(lambda value: {name: value})


def having(base: st.SearchStrategy[Event], *extras: st.SearchStrategy[Event]) -> st.SearchStrategy[Event]:
    return st.builds(lambda *parts: {k: v for part in parts for k, v in part.items()}, base, *extras)


begins = event("B", name=NAMES)
ends = having(event("E"), sometimes("name", NAMES | st.just("")))
wholes = event("X", name=NAMES, dur=DURATIONS)
instants = event("i", name=NAMES)

IDS = st.sampled_from([1, "1", "0x1", "x", 2])
CATS = st.sampled_from(["k", "k", "l"])
SCOPES = sometimes("scope", st.just("s"))
async_ids = st.one_of(
    IDS.map(lambda i: {"id": i}),
    IDS.map(lambda i: {"id2": {"global": i}}),
    IDS.map(lambda i: {"id2": {"local": i}}),
    st.just({}),
)


def async_event(phase: str) -> st.SearchStrategy[Event]:
    return having(event(phase, name=NAMES, cat=CATS), async_ids, SCOPES)


def flow_event(phase: str) -> st.SearchStrategy[Event]:
    bind = sometimes("bp", st.just("e")) if phase == "f" else st.just({})
    return having(event(phase, name=st.just("flow"), cat=CATS, id=IDS), bind)


bound = having(
    begins | ends | wholes,
    st.sampled_from([1, "0x1", 2]).map(lambda i: {"bind_id": i}),
    sometimes("flow_in", st.booleans()),
    sometimes("flow_out", st.booleans()),
)
values = st.sampled_from([0, 1, -2.5, 1e300, "3", " 4 ", "x", None, True, {"k": 1}, 2**63 + 1])
counters = event("C", name=NAMES, args=st.dictionaries(st.sampled_from(["k", "l"]), values, min_size=1, max_size=2))

thread_traces = st.lists(st.one_of(begins, ends, wholes), max_size=14)
mixed = st.one_of(begins, ends, wholes, instants, counters)
mixed_traces = st.lists(mixed, max_size=20)
# Counter events without a value are counted and in no table, so they are not written again.
with_empty_counters = st.lists(mixed | event("C", name=NAMES, args=st.just({})), max_size=20)
async_traces = st.lists(st.one_of(*(async_event(phase) for phase in "bbeennSSFFTp"), instants), max_size=14)
flow_traces = st.lists(st.one_of(begins, ends, wholes, bound, *(flow_event(phase) for phase in "ssttfff")), max_size=16)


@st.composite
def gaps(draw: st.DrawFn) -> list[Event]:
    """Gaps of some lanes, in order and apart, as a recorder that overwrote records would write them."""
    found = []
    for pid, tid in draw(st.lists(LANES, max_size=2, unique=True)):
        edges = sorted(draw(st.lists(st.integers(0, 12), min_size=2, max_size=4)))
        for start, end in zip(edges[::2], edges[1::2], strict=False):
            if not found or (found[-1]["pid"], found[-1]["tid"]) != (pid, tid) or found[-1]["end_us"] < start:
                found.append({"pid": pid, "tid": tid, "start_us": start, "end_us": end, "dropped_records": 5})
    return found
