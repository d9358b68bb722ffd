"""What V8's sampling profiler wrote into a trace: events ``Profile`` and ``ProfileChunk`` (phase P) to samples.

A profile is told in chunks of one (pid, id): the nodes of its call tree, each once, then which node ran at each sample
and how many µs after the sample before. The samples are not in order, and a parent may come in a later chunk. The
shape is that of the DevTools protocol's ``Profiler.Profile`` (parents instead of children), measured on Chromium 70
to 156. The older ``stackFrames`` and ``samples`` of the JSON format itself are read too.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any, Final

import msgspec
import numpy as np

from aero_nb.events import PROFILE, PROFILE_CHUNK
from aero_nb.reader.decode import Events
from aero_nb.reader.diagnostics import Diagnostics
from aero_nb.reader.interning import canonical_id
from aero_nb.tables.columns import MAX_NS, NO_SUCH_TEXT, NO_TIME, Bools, Codes, Ints, Samples, Stacks
from aero_nb.tables.json_values import json_value

_KINDS = {"JS": "js", "wasm": "wasm", "other": "native"}
_KIND_OF_FUNCTION = {"(garbage collector)": "gc", "(idle)": "idle", "(program)": "native"}
_ROOT = "(root)"
_NO_NODE: Final = np.iinfo(np.int64).min
_UNTIL_NEXT: Final = -1  # of a weight


class _Call(msgspec.Struct):
    functionName: str = ""  # noqa: N815 (as the file has it)
    url: str = ""
    lineNumber: float = -1  # noqa: N815
    columnNumber: float = -1  # noqa: N815
    codeType: str = ""  # noqa: N815


_Id = Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53)]


class _Node(msgspec.Struct):
    id: _Id
    callFrame: _Call = msgspec.field(default_factory=_Call)  # noqa: N815
    parent: _Id | None = None


class _Tree(msgspec.Struct):
    nodes: list[_Node] = []
    samples: list[_Id] = []
    timeDeltas: list[float] = []  # noqa: N815


class _Data(msgspec.Struct):
    cpuProfile: _Tree = msgspec.field(default_factory=_Tree)  # noqa: N815
    timeDeltas: list[float] = []  # noqa: N815
    weightsUs: list[float] = []  # noqa: N815 (ours: where a sample counts for less than until the next one)
    startTime: float | None = None  # noqa: N815
    endTime: float | None = None  # noqa: N815


class _Args(msgspec.Struct):
    data: _Data = msgspec.field(default_factory=_Data)


_args = msgspec.json.Decoder(_Args)


@dataclass(frozen=True)
class Sampled:
    """The samples of a file by time, their stacks, and which events are told by them."""

    samples: Samples  # without tracks (all -1): these are not known yet
    stacks: Stacks
    events: Bools  # of all events of the file

    def on_tracks(self, lane_of: Codes) -> Samples:
        """Return the samples on their lanes."""
        found = self.samples
        return Samples(found.ts, found.weight, found.stack, lane_of[found.thread], found.thread)


@dataclass
class _Profile:
    """One profile while its chunks are read."""

    thread: int
    start: int | None  # ns; None: its beginning is not in the file
    event: int  # the first of it
    nodes: dict[int, _Node] = field(default_factory=dict)
    ids: list[Ints] = field(default_factory=list)
    deltas: list[Ints] = field(default_factory=list)  # ns
    weights: list[Ints] = field(default_factory=list)  # ns; -1: until the next sample
    end: int = NO_TIME


def read_samples(events: Events, metadata: dict[str, Any], diagnostics: Diagnostics) -> Sampled:
    """Return what profilers sampled; threads that only samples name are added to ``events.threads``.

    Counted: ``sample_chunk`` (a chunk or a part of one that is none), ``sample_profile_cut`` (its beginning is
    missing), ``sample_parent`` (missing or cyclic: such a function is taken to be the outermost), ``sample_node``
    (samples of a function that is not told), ``sample_time`` (samples without a time, times without a sample).
    """
    names = [events.strings.get(name, NO_SUCH_TEXT) for name in (PROFILE, PROFILE_CHUNK)]
    told = (events.phase == ord("P")) & np.isin(events.name, names)
    rows = np.flatnonzero(told)
    stacks = _StackTable(events.strings.__getitem__)
    parts = [_none_sampled()]
    if len(rows):
        rows = rows[np.argsort(events.ts[rows], kind="stable")]
        profiles = list(_profiles(events, rows, diagnostics))
        parts += [_samples_of(profile, stacks, diagnostics) for profile in profiles]
    if isinstance(metadata.get("samples"), list):
        parts.append(_samples_of_file(events, metadata, stacks, diagnostics))
    thread, ts, weight, stack = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    order = np.argsort(ts, kind="stable")
    samples = Samples(
        ts=ts[order],
        weight=weight[order],
        stack=stack[order],
        track=np.full(len(order), -1, np.int32),
        thread=thread[order].astype(np.int32),
    )
    return Sampled(samples, stacks.columns(), told)


_Rows = tuple[Ints, Ints, Ints, Ints]
"""Thread, time, weight (ns) and stack of some samples."""


def _none_sampled() -> _Rows:
    return tuple(np.empty(0, np.int64) for _ in range(4))  # type: ignore[return-value]


def _profiles(events: Events, rows: Ints, diagnostics: Diagnostics) -> Iterator[_Profile]:
    """Put the chunks of each profile together; a second ``Profile`` of one (pid, id) begins a new one."""
    open_ones: dict[tuple[Any, str], _Profile] = {}
    begin = events.strings.get(PROFILE, NO_SUCH_TEXT)
    numbers = events.event[rows]
    told = zip(rows.tolist(), events.args.select(numbers), events.extras.select(numbers), strict=True)
    for row, raw, extra in told:
        data = _data_of(raw, int(events.event[row]), diagnostics)
        thread, ts = int(events.thread[row]), int(events.ts[row])
        key = (events.threads[thread][0], _id_text(extra))
        started = None if data.startTime is None else _ns(data.startTime)
        if events.name[row] == begin:
            if key in open_ones:
                yield open_ones[key]
            start = started if started is not None else None if ts == NO_TIME else ts
            open_ones[key] = _Profile(thread, start, int(events.event[row]))
        profile = open_ones.get(key)
        if profile is None:
            diagnostics.add("sample_profile_cut", int(events.event[row]), f"pid {key[0]}, id {key[1]}")
            profile = open_ones[key] = _Profile(thread, None, int(events.event[row]))
        _add_chunk(profile, data, ts, diagnostics)
    yield from open_ones.values()


def _id_text(extra: bytes) -> str:
    fields = json_value(extra)
    found = fields.get("id", fields.get("id2")) if isinstance(fields, dict) else None
    return str(found)


def _ns(us: float) -> int | None:
    if not abs(us) < MAX_NS / 2000:
        return None
    whole = int(us)  # apart: of a clock since 1970 the product would lose its last digits
    return whole * 1000 + round((us - whole) * 1000)


def _add_chunk(profile: _Profile, data: _Data, ts: int, diagnostics: Diagnostics) -> None:
    tree = data.cpuProfile
    for node in tree.nodes:
        profile.nodes.setdefault(node.id, node)
    deltas = data.timeDeltas or tree.timeDeltas
    if len(tree.samples) != len(deltas):
        missing = f"{len(tree.samples)} samples, {len(deltas)} times"
        diagnostics.add("sample_time", profile.event, missing, abs(len(tree.samples) - len(deltas)))
    steps = _ns_of(deltas)
    ids = np.full(len(deltas), _NO_NODE)  # a time without a sample passes all the same
    both = min(len(tree.samples), len(deltas))
    ids[:both] = tree.samples[:both]
    profile.ids.append(ids)
    profile.deltas.append(steps)
    told = len(data.weightsUs) == len(deltas)
    profile.weights.append(_ns_of(data.weightsUs) if told else np.full(len(deltas), _UNTIL_NEXT))
    if profile.start is None and ts != NO_TIME:
        profile.start = ts - int(steps.sum())  # a chunk is written after its last sample
    if data.endTime is not None and (end := _ns(data.endTime)) is not None:
        profile.end = max(profile.end, end)


def _ns_of(us: list[float]) -> Ints:
    limit = float(2**62) / 1000
    return np.rint(np.clip(np.array(us, np.float64), -limit, limit) * 1000).astype(np.int64)


def _samples_of(profile: _Profile, stacks: _StackTable, diagnostics: Diagnostics) -> _Rows:
    """Return the samples of a profile, each until the next one, the last until the profile's end."""
    row_of = stacks.add_tree(profile.nodes, profile.event, diagnostics)
    if profile.start is None or not profile.ids:
        lost = sum(map(len, profile.ids))
        diagnostics.add("sample_time", profile.event, "no time at which the profile began", lost)
        return _none_sampled()
    ids, weight = np.concatenate(profile.ids), np.concatenate(profile.weights)
    passed = np.cumsum(np.concatenate(profile.deltas).astype(np.float64))
    ts = profile.start + np.cumsum(np.concatenate(profile.deltas))
    placed = np.abs(passed + profile.start) < MAX_NS / 4  # what is further has no time that can be shown beside others
    diagnostics.add("sample_time", profile.event, "beyond int64 ns", int((~placed).sum()))
    here = placed & (ids != _NO_NODE)
    ids, ts, weight = ids[here], ts[here], weight[here]
    order = np.argsort(ts, kind="stable")
    ids, ts, weight = ids[order], ts[order], weight[order]
    until_next = np.diff(ts, append=max(profile.end, int(ts[-1]) if len(ts) else 0))
    weight = np.where(weight >= 0, weight, until_next)
    known, place = np.unique(ids, return_inverse=True)
    rows = np.array([row_of.get(one, -2) for one in known.tolist()], np.int64)
    stack = rows[place] if len(rows) else ids
    diagnostics.add("sample_node", profile.event, "a function that is not told", int((stack == -2).sum()))
    return np.full(len(ts), profile.thread, np.int64), ts, weight, np.maximum(stack, -1)


class _StackTable:
    """The call stacks of all profiles, equal ones once."""

    def __init__(self, code_of: Any) -> None:
        self._code_of = code_of
        self._rows: dict[tuple[int, int, int, int, int, int], int] = {}

    def add(self, parent: int, call: _Call) -> int:
        """Return the row of a function called from a row (-1: from nowhere)."""
        name = call.functionName or "(anonymous)"
        kind = _KIND_OF_FUNCTION.get(name) or _KINDS.get(call.codeType) or call.codeType or _kind_by_url(call.url)
        code_of = self._code_of
        file = code_of(call.url) if call.url else -1
        key = (parent, code_of(name), file, _place(call.lineNumber), _place(call.columnNumber), code_of(kind))
        return self._rows.setdefault(key, len(self._rows))

    def add_tree(self, nodes: dict[int, _Node], event: int, diagnostics: Diagnostics) -> dict[int, int]:
        """Add a profile's call tree; returns the row of each node, -1 for what stands for all of it."""
        children: dict[int | None, list[_Node]] = {}
        for node in nodes.values():
            known = node.parent if node.parent in nodes else None
            if node.parent is not None and known is None:
                diagnostics.add("sample_parent", event, f"node {node.id}: no node {node.parent}")
            children.setdefault(known, []).append(node)
        row_of: dict[int, int] = {}
        self._add_below(children.get(None, []), children, row_of)
        for node in nodes.values():
            if node.id not in row_of:
                diagnostics.add("sample_parent", event, f"node {node.id} is called by itself")
                self._add_below([node], children, row_of)
        return row_of

    def _add_below(
        self, tops: Iterable[_Node], children: dict[int | None, list[_Node]], row_of: dict[int, int]
    ) -> None:
        waiting = deque((node, -1) for node in tops)
        while waiting:
            node, parent = waiting.popleft()
            if node.id in row_of:
                continue  # where a cycle closes
            is_root = parent < 0 and node.callFrame.functionName == _ROOT
            row_of[node.id] = row = -1 if is_root else self.add(parent, node.callFrame)
            waiting += [(child, row) for child in children.get(node.id, ())]

    def columns(self) -> Stacks:
        """Return the table."""
        rows = np.array(list(self._rows), np.int64).reshape(-1, 6)
        parent, function, file, line, column, kind = (np.ascontiguousarray(each) for each in rows.T)
        return Stacks(
            parent=parent,
            function=function.astype(np.int32),
            file=file.astype(np.int32),
            line=line,
            column=column,
            kind=kind.astype(np.int32),
        )


def _kind_by_url(url: str) -> str:
    return "wasm" if url.startswith("wasm://") else "js" if url else "native"


def _place(zero_based: float) -> int:
    return int(zero_based) + 1 if 0 <= zero_based < 2**53 else -1


# What is no chunk as Chrome writes it


def _data_of(raw: bytes, event: int, diagnostics: Diagnostics) -> _Data:
    """Return what a chunk says, of a damaged one what can be read."""
    try:
        return _args.decode(raw).data
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        if raw != b"null":
            diagnostics.add("sample_chunk", event, str(error))
    args = json_value(raw)
    data = _object(_object(args).get("data"))
    tree = _object(data.get("cpuProfile"))
    nodes = [_converted(one, _Node) for one in _list(tree.get("nodes"))]
    samples = [one if _is_number(one) and float(one).is_integer() else _NO_NODE for one in _list(tree.get("samples"))]
    deltas = _list(data.get("timeDeltas")) or _list(tree.get("timeDeltas"))
    return _Data(
        cpuProfile=_Tree(nodes=[node for node in nodes if node], samples=[int(one) for one in samples]),
        timeDeltas=[float(one) if _is_number(one) else 0.0 for one in deltas],
        startTime=data["startTime"] if _is_number(data.get("startTime")) else None,
        endTime=data["endTime"] if _is_number(data.get("endTime")) else None,
    )


def _converted(value: Any, kind: Any) -> Any:
    try:
        return msgspec.convert(value, kind, strict=False)
    except (msgspec.ValidationError, RecursionError):
        return None


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 2**53


# The format's own samples


def _samples_of_file(events: Events, metadata: dict[str, Any], stacks: _StackTable, diagnostics: Diagnostics) -> _Rows:
    """Read ``samples`` (``{tid, ts, sf}``) and ``stackFrames`` (``{name, category, parent}`` by id)."""
    frames = _object(metadata.get("stackFrames"))
    nodes: dict[int, _Node] = {}
    numbers = {name: number for number, name in enumerate(frames)}
    for name, frame in frames.items():
        told = _object(frame)
        parent = told.get("parent")
        call = _Call(functionName=str(told.get("name", "")), codeType="native")
        nodes[numbers[name]] = _Node(numbers[name], call, None if parent is None else numbers.get(str(parent), -1))
    row_of = stacks.add_tree(nodes, -1, diagnostics)
    thread_of = {tid: number for number, (_, tid) in reversed(list(enumerate(events.threads)))}
    rows: list[tuple[int, int, int]] = []
    for sample in map(_object, metadata["samples"]):
        ts = _ns(sample["ts"]) if _is_number(sample.get("ts")) else None
        if ts is None:
            diagnostics.add("sample_time", -1, str(sample))
            continue
        tid = canonical_id(sample.get("tid"))
        if tid not in thread_of:
            thread_of[tid] = len(events.threads)
            events.threads.append((None, tid))
        stack = row_of.get(numbers.get(str(sample.get("sf")), -1), -2)
        if stack == -2 and sample.get("sf") is not None:
            diagnostics.add("sample_node", -1, str(sample))
        rows.append((thread_of[tid], ts, max(stack, -1)))
    thread, ts_ns, stack_of = np.array(rows, np.int64).reshape(-1, 3).T
    order = np.lexsort((ts_ns, thread))
    thread, ts_ns, stack_of = thread[order], ts_ns[order], stack_of[order]
    until_next = np.diff(ts_ns, append=0)
    is_last = np.diff(thread, append=-1) != 0
    return thread, ts_ns, np.where(is_last, 0, until_next), stack_of
