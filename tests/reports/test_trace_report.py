"""A trace's report says what a performance engineer would, with units and caveats, and stays short."""

import json
import math

import pytest

import aero_nb
from aero_nb.reports import MAX_MARKDOWN_BYTES, Quantity, Report, Section, named, schema
from tests.support.shared import SHARED, needs_shared


def span(name, ts, dur, tid=1, **more):
    return {"ph": "X", "name": name, "cat": "c", "ts": ts, "dur": dur, "pid": 1, "tid": tid, **more}


def paced(*intervals_ms, work="render"):
    """Frames whose intervals are these; the last one has none. What a frame takes beyond 10 ms is the work's."""
    events, ts = [], 0.0
    for interval in [*intervals_ms, 10]:
        busy = max(1000 * (interval - 10), 0) + 2000
        events += [span("frame", ts, busy + 1000), span(work, ts + 500, busy)]
        ts += 1000 * interval
    return aero_nb.Trace.from_bytes(json.dumps(events).encode())


def test_the_worst_frames_come_first_and_are_explained():
    section = paced(10, 10, 40, 10, 10, 25, 10, 10, 10, 10).report().section("frames")
    first, second = section.sentences[1:3]
    assert first.startswith("Frame 2 (at 20.0 ms) took 40.0 ms, 30.0 ms beyond the median: `render`")
    assert "+30.0 ms" in first
    assert second.startswith("Frame 5 ")
    late = next(quantity for quantity in section.quantities if quantity.name == "Late frames")
    assert (late.value, "16.7 ms" in late.caveat) == (2, True)


def test_the_headline_names_where_time_went_and_how_many_frames_were_late():
    headline = paced(10, 10, 40, 10).report().headline
    assert headline.startswith("The most self time is in `render`: ")
    assert "1 of 4 frames were late" in headline
    assert "does not say whether records were lost" in headline


def test_times_are_milliseconds_and_agree_with_the_tables():
    trace = paced(10, 10, 40)
    (names,) = [table for table in trace.report().section("time").tables if table.columns[0].name == "name"]
    units = {column.name: column.unit for column in names.columns}
    assert (units["self"], units["busy_share"], units["count"]) == ("ms", "share", "")
    rows = {row[0]: dict(zip(units, row, strict=True)) for row in names.rows}
    summary = trace.summary()
    assert rows["render"]["self"] == pytest.approx(summary.loc["render", "self_us"] / 1000)


def test_a_process_without_a_name_is_called_by_its_number_and_two_of_one_name_are_two():
    web = [{"ph": "M", "name": "process_name", "pid": pid, "tid": 1, "args": {"name": "web"}} for pid in (2, 3)]
    events = [*web, *({**span("work", 0, 5), "pid": pid} for pid in (1, 2, 3))]
    section = aero_nb.Trace.from_bytes(json.dumps(events).encode()).report().section("what")
    assert section.sentences[1] == "Processes: `web (2)`, `web (3)`, `process 1`."


def test_losses_say_what_they_bend():
    events = [{"ph": "B", "name": "open", "ts": 0, "pid": 1, "tid": 1}, span("a", 5, 2), {**span("x", 9, 0), "ph": "E"}]
    orphan = {"ph": "E", "name": "lost", "ts": 20, "pid": 1, "tid": 2}
    section = aero_nb.Trace.from_bytes(json.dumps([*events[:2], orphan]).encode()).report().section("lost")
    text = " ".join(section.sentences)
    assert "upper bounds" in text
    assert "Ends without a begin" in text
    assert section.quantities[0].value > 0


def test_a_base_adds_what_changed():
    base, candidate = paced(10, 10, 10), paced(10, 40, 10)
    assert [section.id for section in base.report().sections] == ["what", "lost", "time", "frames"]
    report = candidate.report(against=aero_nb.compare(base, candidate))
    assert [section.id for section in report.sections] == ["what", "lost", "time", "frames", "changes"]
    changes = report.section("changes")
    assert "none was tested, so each may be noise" in changes.sentences[0]
    assert {row[1] for row in changes.tables[0].rows} >= {"render"}
    assert "1 against 1 runs" in changes.caveats[0]


def test_equal_sides_say_so():
    trace = paced(10, 10)
    changes = trace.report(against=aero_nb.compare(trace, trace)).section("changes")
    assert changes.sentences == ("No quantity differs between the base and this trace.",)
    assert changes.tables == ()


@pytest.mark.parametrize(
    "events",
    [[], [span("a", 0, 0)], [{"ph": "i", "name": "frame", "ts": 1, "pid": 1, "tid": 1}], [span("frame", 0, 5)]],
    ids=["nothing", "no time", "an instant", "one frame"],
)
def test_a_trace_with_next_to_nothing_has_a_report_too(events):
    report = aero_nb.Trace.from_bytes(json.dumps({"traceEvents": events}).encode()).report()
    assert len(report.sections) == 4
    assert json.loads(report.to_json())["kind"] == "trace"
    assert "# Trace report" in str(report)


EVIL = ["`|*_[x](javascript:1)<script>", "\u202e\x1b[31mred", "漢" * 400, "🦀" * 300, "", "\ud800 half", "\n# heading"]


def test_any_names_fit_into_six_kilobytes_and_are_only_names():
    events = [
        {"ph": "M", "name": "thread_name", "pid": 1, "tid": tid, "args": {"name": 2 * EVIL[tid]}} for tid in range(7)
    ]
    for number in range(300):
        name = f"{number}{EVIL[number % 7]}"
        events += [span(name, 100 * number, 60, tid=number % 7), span("frame", 100 * number + 70, 10 + number % 9)]
        events += [{"ph": ph, "name": name, "id": number, "ts": number, "pid": 1, "tid": 1} for ph in "be"]
        events += [{"ph": "E", "name": name, "ts": number, "pid": number, "tid": 9}]
    data = json.dumps(events).encode()
    trace = aero_nb.Trace.from_bytes(data)
    other = aero_nb.Trace.from_bytes(data.replace(b'"dur": 60', b'"dur": 55'))
    report = trace.report(against=aero_nb.compare(other, trace), title=EVIL[0])
    text = report.to_markdown()
    assert len(text.encode()) <= MAX_MARKDOWN_BYTES == 6000
    assert "\n# heading" not in text
    assert "\x1b" not in text
    assert "<script>" not in report.to_html()
    assert [line for line in text.splitlines() if "<script>" in line and "`" not in line] == []
    assert json.loads(report.to_json())["version"] == 1


def test_a_report_that_is_asked_to_be_shorter_drops_rows_and_says_so():
    text = paced(*[10] * 20).report().to_markdown(max_bytes=1600)
    assert len(text.encode()) <= 1600
    assert "(first " in text
    assert len(paced(10).report().to_markdown(max_bytes=100).encode()) <= 100


@needs_shared
def test_the_report_of_every_real_trace_is_short():
    sizes = {}
    for path in sorted(
        [*(SHARED / "traces" / "aero").glob("*.json*"), *(SHARED / "traces" / "corpus").glob("*.json*")]
    ):
        try:
            trace = aero_nb.load(path, progress=False)
        except aero_nb.TraceFormatError:
            continue
        if len(trace.columns.spans) < 5000:
            sizes[path.name] = len(trace.report().to_markdown().encode())
    assert len(sizes) > 50
    assert {name: size for name, size in sizes.items() if size > MAX_MARKDOWN_BYTES} == {}


def test_a_name_is_visible_short_and_cannot_end_its_backticks():
    assert named("a`b") == "`a'b`"
    assert named("") == "`(empty name)`"
    assert len(named("漢" * 100).encode()) <= 50


def test_the_json_follows_the_schema_that_is_shipped():
    jsonschema = pytest.importorskip("jsonschema")
    trace = paced(10, 40, 10)
    for report in (trace.report(), trace.report(against=aero_nb.compare(paced(10, 10), trace))):
        jsonschema.validate(json.loads(report.to_json()), schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(trace.report().to_dict() | {"version": 2}, schema())


def test_numbers_that_are_not_known_are_null_in_json_and_a_dash_for_people():
    report = Report("trace", "t", "h", (Section("s", "S", quantities=(Quantity("x", None, "ms"),)),))
    assert json.loads(report.to_json())["sections"][0]["quantities"][0]["value"] is None
    assert "- x: -\n" in report.to_markdown()


def test_the_same_trace_has_the_same_report():
    assert paced(10, 40, 10).report().to_json() == paced(10, 40, 10).report().to_json()
    cells = [cell for table in paced(10).report().section("time").tables for row in table.rows for cell in row]
    assert not [cell for cell in cells if isinstance(cell, float) and not math.isfinite(cell)]


@pytest.mark.parametrize("suffix", [".md", ".json", ".html"])
def test_a_report_is_saved_by_its_suffix(tmp_path, suffix):
    report = paced(10, 40).report()
    path = report.save(tmp_path / f"r{suffix}")
    forms = {".md": report.to_markdown(), ".json": report.to_json(), ".html": report.to_html()}
    assert path.read_text(encoding="utf-8") == forms[suffix]


def test_another_suffix_is_refused_with_those_there_are(tmp_path):
    with pytest.raises(ValueError, match=r"\.md, \.json or \.html"):
        paced(10).report().save(tmp_path / "r.pdf")
    with pytest.raises(KeyError, match="what, lost, time, frames"):
        paced(10).report().section("nothing")
