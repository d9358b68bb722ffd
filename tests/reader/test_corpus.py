"""Every file of the corpus against its manifest: a count agrees, or differs by a rule, to the last event.

The manifest's counts follow the conventions of the corpus' ``reference.py``, which has none of ``corpus_counts.RULES``.
Each file's events are counted by those conventions, then with one more rule of ours at a time: the first count must be
the manifest's, the last one the Trace's own, and each step is a rule's share of the difference.
``python tests/reader/test_corpus.py`` writes the table of ``docs/corpus.md``.
"""

import gzip
import json
from collections import Counter
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import aero_nb
from aero_nb import Trace, TraceFormatError
from tests.support import corpus_counts, model
from tests.support.model_tables import (
    arrows,
    async_spans,
    expected_async,
    expected_spans,
    leftover_kinds,
    orphan_ends,
    samples,
    thread_spans,
)
from tests.support.shared import SHARED, needs_shared

CORPUS = SHARED / "traces" / "corpus"
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "corpus.md"
NOT_A_TRACE = {"trivial_systrace.html"}

pytestmark = needs_shared


@cache
def manifest() -> dict[str, dict[str, Any]]:
    if not CORPUS.is_dir():
        return {}
    files = json.loads((CORPUS / "MANIFEST.json").read_bytes())["files"]
    return {file["name"]: file["reference"] for file in files}


def names() -> list[str]:
    return [name for name in manifest() if name not in NOT_A_TRACE]


@cache
def decoded(name: str) -> list[Any]:
    """The events as Python's own json reads them, fractions exactly; one by one where the whole is no valid JSON."""
    data = (CORPUS / name).read_bytes()
    text = (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data).decode("utf-8", "replace")
    try:
        document = json.loads(text, parse_float=Decimal)
    except ValueError:
        return recovered(text, text.index("[") + 1)
    return document["traceEvents"] if isinstance(document, dict) else document


def recovered(text: str, at: int) -> list[Any]:
    events: list[Any] = []
    while True:
        while at < len(text) and text[at] in " \t\r\n,":
            at += 1
        try:
            event, at = json.JSONDecoder(parse_float=Decimal).raw_decode(text, at)
        except ValueError:
            return events
        events.append(event)


@cache
def trace_counts(name: str) -> dict[str, int]:
    """The same counts as ``corpus_counts.count``, out of the tables of the Trace."""
    trace = aero_nb.load(CORPUS / name)
    columns, spans, pairs = trace.columns, trace.columns.spans, trace.columns.async_spans
    rows = trace.to_dataframe()
    is_orphan = (rows["kind"] == "orphan_end").to_numpy()
    phase = rows["ph"].astype(object).where(rows["ph"].notna(), "missing")
    found = Counter(f"ph {ph}" for ph in phase[~rows.duplicated(["kind", "event"])])
    found["ph E"] += int((spans.end_event >= 0).sum())
    for begin, end in (("b", "e"), ("S", "F")):
        of_kind = [columns.strings[code] == begin for code in pairs.ph.tolist()]
        found[f"ph {end}"] += int((pairs.end_event[of_kind] >= 0).sum())
    nestable = [columns.strings[code] == "b" for code in pairs.ph.tolist()]
    begun = (spans.end_event >= 0) | spans.unfinished
    series = columns.tracks.kind == columns.strings.index("counter") if "counter" in columns.strings else 0
    told = {row.code: row.count for row in trace.diagnostics.itertuples(index=False)}
    found["ph C"] += told.get("counter_without_args", 0)
    return {key: number for key, number in found.items() if number} | {
        "BE matched": int((begun & ~spans.unfinished).sum()),
        "BE orphan ends": int((is_orphan & (phase == "E")).sum()),
        "BE unclosed": int(spans.unfinished.sum()),
        "crossing spans": int(spans.crossing.sum()),
        "async matched": int((~pairs.unfinished[nestable]).sum()),
        "async orphan ends": int((is_orphan & (phase == "e")).sum()),
        "async unclosed": int(pairs.unfinished[nestable].sum()),
        "counter series": int(series.sum()) if len(columns.counters) else 0,
        "counter values that are no numbers": int(trace.counters["value"].isna().sum()),
        **flow_counts(trace),
    }


def flow_counts(trace: Trace) -> dict[str, int]:
    """Chains by their ids and labels, as the flow rows of ``to_dataframe`` and the columns have them."""
    columns = trace.columns
    chains: dict[Any, set[str]] = {}
    leftovers = columns.leftovers
    for row, kind in enumerate(leftovers.kind.tolist()):
        if columns.strings[kind] == "flow":
            label = (leftovers.cat[row], leftovers.name[row], leftovers.id[row])
            chains.setdefault(tuple(map(int, label)), set()).add(columns.strings[leftovers.ph[row]])
    return {
        "flow chains": len(chains),
        "flow chains with both ends": sum({"s", "f"} <= seen for seen in chains.values()),
        "flow chains without a start": sum("s" not in seen for seen in chains.values()),
    }


class Difference(NamedTuple):
    """A count that differs, and what the manifest's program makes of it without our rules and with all of them."""

    count: str
    theirs: int
    ours: int
    by_no_rule: int
    by_all_rules: int
    shares: dict[str, int]


@cache
def differences(name: str) -> list[Difference]:
    """Every count that differs from the manifest's, with the share of each of our rules."""
    theirs, ours = corpus_counts.manifest_counts(manifest()[name]), trace_counts(name)
    events, steps, rules = decoded(name), [], []
    if not any(theirs.get(key, 0) != ours.get(key, 0) for key in theirs.keys() | ours.keys()):
        return []
    steps.append(corpus_counts.count(events, rules))
    for rule in corpus_counts.RULES:
        rules.append(rule)
        steps.append(corpus_counts.count(events, rules))
    found = []
    for key in sorted(theirs.keys() | ours.keys()):
        a, b = theirs.get(key, 0), ours.get(key, 0)
        values = [step.get(key, 0) for step in steps]
        shares = {
            rule: after - before
            for rule, before, after in zip(corpus_counts.RULES, values, values[1:], strict=False)
            if after != before
        }
        if not a == b == values[0] == values[-1]:
            found.append(Difference(key, a, b, values[0], values[-1], shares))
    return found


@pytest.mark.parametrize("name", names())
def test_each_count_is_the_manifests_or_explained_by_a_rule(name):
    for found in differences(name):
        assert found.by_no_rule == found.theirs, f"{found.count}: the manifest's is not what its program counts"
        assert found.by_all_rules == found.ours, f"{found.count}: the rules {found.shares} do not make it ours"


@pytest.mark.parametrize("name", names())
def test_the_reader_and_the_model_agree_row_by_row(name):
    columns, events = aero_nb.load(CORPUS / name).columns, decoded(name)
    expected = model.read(events)
    assert thread_spans(columns) == expected_spans(expected.spans)
    assert orphan_ends(columns) == +expected.orphan_ends
    assert async_spans(columns) == expected_async(expected.async_spans)
    assert leftover_kinds(columns)["async_instant"] == expected.async_instants
    assert arrows(columns) == expected.flows
    assert samples(columns) == sorted(expected.counters, key=repr)


@pytest.mark.parametrize("name", sorted(NOT_A_TRACE))
def test_what_is_no_trace_is_refused(name):
    with pytest.raises(TraceFormatError):
        aero_nb.load(CORPUS / name)


def test_the_table_in_the_docs_is_up_to_date():
    assert table() in DOCUMENT.read_text(encoding="utf-8")


def table() -> str:
    lines = ["| file | events | counts that agree | differences, by rule |", "|---|---:|---:|---|"]
    for name in names():
        found, counts = differences(name), trace_counts(name)
        keys = corpus_counts.manifest_counts(manifest()[name]).keys() | counts.keys()
        shown = [
            f"{one.count} {one.theirs:,} → {one.ours:,} "
            f"({', '.join(f'{rule} {share:+,}' for rule, share in one.shares.items())})"
            for one in found
        ]
        events = manifest()[name]["events"]
        lines.append(f"| {name} | {events:,} | {len(keys) - len(found)} of {len(keys)} | {'; '.join(shown)} |")
    return "\n".join(lines)


def document() -> str:
    rules = "\n".join(f"- **{name}**: {meaning}." for name, meaning in corpus_counts.RULES.items())
    return f"""# The corpus: every count of every file, reconciled

Real trace files of many producers lie beside the checkout in development (they are not ours to publish), with counts
made by a small reference program: events per phase, B/E pairs, orphan and unclosed ones, X that cross, async pairs,
flow chains, counter series. Every file's tables are compared with them (`tests/reader/test_corpus.py`). That program
pops the top of the stack whatever the name, counts only the innermost crossing, and so on; where a count differs, the
rule of ours that makes the difference is named with its share, and the shares add up to it exactly. All other
counts are equal. Besides, every row of every file (depth, parent, self time, arrows ...) equals that of the slow
model in `tests/support/model.py`.

{rules}

{table()}

`trivial_systrace.html` is refused: it is an HTML page.
"""


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
