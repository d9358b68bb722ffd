"""Firefox profiles: the processed format (samply, saved by profiler.firefox.com) and Gecko's own (tables of rows).

Processed tables are columns (``{"frame": [...], "prefix": [...]}``), Gecko's are rows under a schema
(``{"schema": {"location": 0}, "data": [[...]]}``). Times are ms since ``meta.startTime`` (ms since 1970).
"""

from __future__ import annotations

from typing import Any

from aero_nb.reader.profiles.events import Call, Profiles, ThreadProfile, index, items, members, number, place, text

_KINDS = {"idle": "idle", "gc / cc": "gc", "gc": "gc", "javascript": "js", "python": "python", "wasm": "wasm"}


def is_one(document: Any) -> bool:
    """Whether a document is of this format."""
    found = members(document)
    threads = [one for one in items(found.get("threads")) if isinstance(one, dict)]
    return isinstance(found.get("meta"), dict) and any("samples" in thread for thread in threads)


def read(document: Any, profiles: Profiles) -> None:
    """Add the threads of the process, and of the processes within."""
    meta = members(document.get("meta"))
    start = number(meta.get("startTime"))
    if start is not None and 0 < start < 2**43:
        profiles.start_epoch_ns = round(start * 1_000_000)
    _add_process(document, profiles, meta, shift_ms=0.0, start=start or 0.0)


def _add_process(
    document: dict[str, Any], profiles: Profiles, meta: dict[str, Any], shift_ms: float, start: float
) -> None:
    for number_, thread in enumerate(map(members, items(document.get("threads"))), start=1):
        pid, tid = _id(thread.get("pid"), 1), _id(thread.get("tid"), number_)
        told = profiles.thread(pid, tid, text(thread.get("name")), text(thread.get("processName")))
        tables = _Tables(thread, members(document.get("shared")), meta)
        _add_samples(profiles, told, tables, _table(thread.get("samples")), shift_ms)
        _add_markers(profiles, told, tables, _table(thread.get("markers")), shift_ms)
    for process in map(members, items(document.get("processes"))):
        own = members(process.get("meta"))
        later = (number(own.get("startTime"), start) or start) - start
        _add_process(process, profiles, own or meta, later, start)


def _id(value: Any, default: int) -> int | str:
    if isinstance(value, str) and value:
        return int(value) if value.isdecimal() and len(value) < 16 else value
    return value if isinstance(value, int) and not isinstance(value, bool) else default


def _table(value: Any) -> dict[str, list[Any]]:
    """Return a table as columns, whichever of the two shapes it has."""
    found = members(value)
    schema = found.get("schema")
    if not isinstance(schema, dict):
        return {key: column for key, column in found.items() if isinstance(column, list)}
    rows = [row for row in items(found.get("data")) if isinstance(row, list)]
    columns = {key: at for key, at in schema.items() if isinstance(at, int) and not isinstance(at, bool) and at >= 0}
    return {key: [row[at] if at < len(row) else None for row in rows] for key, at in columns.items()}


class _Tables:
    """The tables of one thread that say what its stacks are; newer files share them."""

    def __init__(self, thread: dict[str, Any], shared: dict[str, Any], meta: dict[str, Any]) -> None:
        def table(name: str) -> dict[str, list[Any]]:
            return _table(thread.get(name) or shared.get(name))

        self.texts = items(thread.get("stringArray") or thread.get("stringTable") or shared.get("stringArray"))
        self.stacks, self.frames, self.functions = table("stackTable"), table("frameTable"), table("funcTable")
        self._sources = table("sources")
        self._kinds = [_KINDS.get(text(members(one).get("name")).lower(), "") for one in items(meta.get("categories"))]
        self._language = "python" if "python" in text(meta.get("product")).lower() else "native"
        self._calls: dict[int, Call] = {}

    def text(self, value: Any) -> str:
        """Return the text of a place in the table of texts."""
        at = index(value, len(self.texts))
        return text(self.texts[at]) if at is not None else ""

    def call(self, frame: int) -> Call:
        """Return the function of a frame."""
        if frame not in self._calls:
            self._calls[frame] = self._call_of(frame)
        return self._calls[frame]

    def _call_of(self, frame: int) -> Call:
        category = index(_at(self.frames, "category", frame), len(self._kinds))
        kind = (self._kinds[category] if category is not None else "") or self._language
        line, column = (place(_at(self.frames, name, frame)) for name in ("line", "column"))
        function = _at(self.frames, "func", frame)
        if not isinstance(function, int):  # Gecko's own: "name (file:line:column)"
            name, _, rest = self.text(_at(self.frames, "location", frame)).partition(" (")
            file, *places = rest.removesuffix(")").rsplit(":", 2) if rest else [""]
            told = [int(one) for one in places if one.isdecimal() and len(one) < 10]
            line, column = (*told, None, None)[:2] if told else (line, column)
            return Call(name or "(anonymous)", file, line, column, kind)
        file = self.text(_at(self.functions, "fileName", function)) or self._source_of(function)
        if _at(self.functions, "isJS", function) is True:
            kind = "js"
        return Call(self.text(_at(self.functions, "name", function)) or "(anonymous)", file, line, column, kind)

    def _source_of(self, function: int) -> str:
        source = _at(self.functions, "source", function)
        return self.text(_at(self._sources, "filename", source)) if isinstance(source, int) else ""


def _at(table: dict[str, list[Any]], column: str, row: int) -> Any:
    values = table.get(column, [])
    return values[row] if 0 <= row < len(values) else None


def _add_samples(
    profiles: Profiles, thread: ThreadProfile, tables: _Tables, samples: dict[str, list[Any]], shift_ms: float
) -> None:
    stacks, times = samples.get("stack", []), samples.get("time", [])
    if not times:
        times, now = [], 0.0
        for step in samples.get("timeDeltas", []):
            now += number(step, 0.0) or 0.0
            times.append(now)
    if len(stacks) != len(times):
        profiles.lost(f"{len(stacks)} stacks, {len(times)} times", abs(len(stacks) - len(times)))
    nodes = _nodes(profiles, thread, tables)
    for stack, told in zip(stacks, times, strict=False):
        at = number(told)
        known = index(stack, len(nodes))
        if at is None or (stack is not None and known is None):
            profiles.lost(f"stack {stack} at {told}")
            continue
        thread.add((at + shift_ms) * 1000, nodes[known] if known is not None else 0)


def _nodes(profiles: Profiles, thread: ThreadProfile, tables: _Tables) -> list[int]:
    """Return the node of each stack; a prefix stands before what it is one of, else it counts as none."""
    frames, prefixes = tables.stacks.get("frame", []), tables.stacks.get("prefix", [])
    nodes: list[int] = []
    for row, frame in enumerate(frames):
        prefix = prefixes[row] if row < len(prefixes) else None
        above = index(prefix, row)
        if prefix is not None and above is None:
            profiles.diagnostics.add("sample_parent", -1, f"stack {row} after {prefix}")
        known = frame if isinstance(frame, int) and not isinstance(frame, bool) else -1
        nodes.append(thread.node(nodes[above] if above is not None else 0, tables.call(known)))
    return nodes


def _add_markers(
    profiles: Profiles, thread: ThreadProfile, tables: _Tables, markers: dict[str, list[Any]], shift_ms: float
) -> None:
    """Add markers: moments as instants, intervals as async spans, which may overlap."""
    for row in range(len(markers.get("name", []))):
        begin, end = (number(_at(markers, name, row)) for name in ("startTime", "endTime"))
        at = begin if begin is not None else end
        if at is None:
            profiles.lost(f"marker {row}")
            continue
        common: dict[str, Any] = {"name": tables.text(markers["name"][row]), "cat": "marker", "pid": thread.pid}
        common |= {"tid": thread.tid, "ts": round((at + shift_ms) * 1000, 3)}
        data = members(_at(markers, "data", row))
        if begin is None or end is None or end <= begin:
            profiles.events.append({**common, "ph": "i", "s": "t", "args": data})
            continue
        name = f"{thread.pid}/{thread.tid}/{row}"
        until = round((end + shift_ms) * 1000, 3)
        profiles.events += [
            {**common, "ph": "b", "id": name, "args": data},
            {**common, "ph": "e", "id": name, "ts": until},
        ]
