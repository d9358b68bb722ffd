"""How a timeline is looked at: a small dict that fits another trace, saved with the trace, told by a page's address."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np
import pytest

import aero_nb
from aero_nb.timeline import Timeline
from aero_nb.timeline.page import to_html
from tests.support.timeline_page import TimelinePage, small, span, trace_of

VALUES = (
    *("search", "color_by", "counter_mode", "axis", "wheel", "notes", "shown", "pinned", "collapsed"),
    *("scale_fit", "scale_log", "_selected", "selection_range", "window"),
)
MAIN, CPU, BYTES = (["process 1", title] for title in ("Main", "cpu", "counters.bytes"))


def named(pid: int, *threads: str, process: str = "") -> aero_nb.Trace:
    """A trace of threads with one span each."""
    name = [{"ph": "M", "name": "process_name", "pid": pid, "args": {"name": process}}] if process else []
    threads_named = [
        {"ph": "M", "name": "thread_name", "pid": pid, "tid": tid, "args": {"name": thread}}
        for tid, thread in enumerate(threads)
    ]
    return trace_of(*name, *threads_named, *(span("work", 10 * n, 5, n, pid=pid) for n in range(len(threads))))


def track(widget: Timeline, title: str) -> int:
    return next(band.track for band in widget._scene.bands if band.title == title)


def values(widget: Timeline) -> dict[str, Any]:
    """What a page reads of the widget's model."""
    return {key: getattr(widget, key) for key in VALUES if getattr(widget, key) is not None}


def alike(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two states are the same, as far as a page's numbers are."""
    ours, theirs = ({key: value for key, value in each.items() if key != "window"} for each in (one, other))
    return ours == theirs and bool(one["window"] == pytest.approx(other["window"]))


def looked_at() -> Timeline:
    """A timeline of which everything was changed."""
    w = small().timeline(search="draw", color_by="self", counter_mode="rate", wheel="zoom")
    w.shown = [track(w, "cpu"), track(w, "Main")]
    w.pinned, w.collapsed = [track(w, "Main")], [track(w, "cpu")]
    w.scale_log = [track(w, "counters.bytes")]
    w.notes = [{"ts_us": 20.0, "dur_us": 5.0, "text": "here"}]
    w.zoom_to(3)
    return w


def test_a_timeline_that_was_just_opened_has_nothing_to_tell() -> None:
    w = small().timeline()
    assert w.state == {}
    w.window = [0.0, 2906.0]  # what the page says of the whole
    assert w.state == {}


def test_a_state_is_plain_json_in_names_and_opens_another_timeline_alike() -> None:
    w = looked_at()
    told = json.loads(json.dumps(w.state))
    assert told == w.state
    assert (told["shown"], told["pinned"], told["collapsed"]) == ([CPU, MAIN], [MAIN], [CPU])
    assert told["selected"] == ["draw", 150.0]
    assert told["scale_log"] == [BYTES]
    assert "scale_fit" not in told
    assert told["window"] == w.window
    other = small().timeline(state=told)
    assert values(other) == values(w)
    assert other.selected_span.equals(w.selected_span)
    assert small().timeline(state=told, color_by="cat").color_by == "cat", "what is said besides wins"
    fresh = small().timeline()
    fresh.state = told
    assert values(fresh) == values(w)
    fresh.state = {}
    assert fresh.state == {}
    assert fresh.notes == []


def test_numbers_of_numpy_are_plain_in_a_state() -> None:
    w = small().timeline(window=[np.float64(1), np.float64(2)])
    w.selection_range = [np.float64(1), np.float64(2)]
    assert repr(w.state) == "{'window': [1.0, 2.0], 'selection_range': [1.0, 2.0]}"


def test_another_trace_takes_what_it_has_and_says_what_it_lacks() -> None:
    state = {"pinned": [["app 1", "io"], ["app 1", "gpu"]], "shown": [["app 1", "gpu"]], "window": [1e9, 2e9]}
    state |= {"selected": ["work", 77.0], "axis": "instructions", "search": "w"}
    with pytest.warns(UserWarning, match="left out") as caught:
        w = named(7, "cpu", "io", process="app 7").timeline(state=state)
    (warning,) = caught
    assert warning.filename == __file__
    said = str(warning.message)
    for lacking in ("'gpu'", "window lies outside", "'work' at 77", "drawn by 'instructions'"):
        assert lacking in said
    assert w.state == {"search": "w", "pinned": [["app 7", "io"]]}, "a track's name does where its process has another"


@pytest.mark.parametrize(
    ("state", "found"),
    [
        ({"zoom": 3}, "expected the keys window, .* found 'zoom': leave it out"),
        ({"window": [3, 1]}, r"expected 'window' as \[t0_us, t1_us\] with t0_us <= t1_us, found \[3, 1\]"),
        ({"window": [0, 10**400]}, "expected 'window'"),
        ({"color_by": "mood"}, "expected 'color_by' as one of name, cat, thread, self, found 'mood'"),
        ({"shown": [3]}, r"expected 'shown' as a list of \[process, track\]"),
        ({"scale_log": {"bytes": "log"}}, r"expected 'scale_log' as a list of \[process, track\]"),
        ({"notes": [{"text": "when?"}]}, "expected 'notes'"),
        ({"selected": ["a", "soon"]}, "expected 'selected'"),
        (["window"], "expected a dict"),
    ],
)
def test_what_is_no_state_is_refused(state: Any, found: str, tmp_path: Path) -> None:
    for use in (lambda: small().timeline(state=state), lambda: small().to_html(tmp_path / "a.html", state=state)):
        with pytest.raises(ValueError, match=found):
            use()


def test_a_trace_that_was_saved_with_its_view_opens_on_it(tmp_path: Path) -> None:
    w = looked_at()
    loaded = aero_nb.load(w.save(tmp_path / "seen.json"))
    again = loaded.timeline()
    assert again.state == w.state
    assert again._still == w._still
    assert set(loaded.metadata["otherData"]["aero_nb"]) >= {"notes", "view"}
    assert loaded.timeline(state={}).state == {"notes": w.notes}, "notes are the trace's"
    again.state = {}
    assert aero_nb.load(again.save(tmp_path / "plain.json")).timeline().state == {}


def test_a_view_in_a_file_that_cannot_be_is_left_out_without_a_word() -> None:
    view = {"window": [0, 10**400], "color_by": 7, "shown": [["x", "y"]], "search": "a", "axis": "moon", "more": []}
    w = trace_of(span("a", 0, 5), otherData={"aero_nb": {"view": view}}).timeline()
    assert w.state == {"search": "a"}
    assert trace_of(span("a", 0, 5), otherData={"aero_nb": {"view": 3}}).timeline().state == {}


def test_a_saved_view_has_its_axis_and_the_picture_is_drawn_by_it(tmp_path: Path) -> None:
    counts = [{"ph": "C", "name": "instructions", "ts": ts, "args": {"n": n}} for ts, n in ((0, 0), (90, 1), (100, 9))]
    trace = trace_of(span("a", 0, 50), *counts)
    series = str(trace.counters["series"].iloc[0])
    by_count = trace.timeline(axis=series)
    assert by_count.state == {"axis": series}
    loaded = aero_nb.load(by_count.save(tmp_path / "counted.json")).timeline()
    assert loaded.axis == series
    assert loaded._still == by_count._still != trace.timeline()._still
    by_count.axis = ""
    assert trace.on_axis(series).timeline(state=by_count.state).axis == ""
    assert trace.timeline(state={"axis": series}).axis == series


def test_an_added_track_keeps_pins_and_folds() -> None:
    w = looked_at()
    frame = trace_of(span("more", 0, 5)).spans
    w.add_spans(frame, name="first")
    w.pinned, w.scale_fit = [*w.pinned, track(w, "first")], [track(w, "counters.bytes")]
    w.add_spans(frame, name="second")
    assert w.state["pinned"] == [MAIN, ["added", "first"]]
    assert w.state["collapsed"] == [CPU]
    assert (w.state["scale_fit"], w.state["scale_log"]) == ([BYTES], [BYTES])


@pytest.mark.browser
def test_what_was_pinned_folded_and_zoomed_on_the_page_looks_the_same_again(page: Any) -> None:
    shown = TimelinePage(page, small())
    page.click("[aria-label='Collapse Main']")
    page.click("[data-opens=tracks]")
    page.click("[aria-label='Pin cpu']")
    page.keyboard.press("Escape")
    page.mouse.move(*shown.at(1000, shown.row_named("step")))
    shown.zoom(-300)
    shown.click_span(0)
    page.wait_for_function("() => window.timeline.host.get('window')[1] < 2900")
    w = small().timeline(
        **{key: value for key in VALUES[:-3] if (value := shown.get(f"t.host.get('{key}')")) is not None}
    )
    w._selected, w.window = shown.get("t.host.get('_selected')"), shown.get("t.host.get('window')")
    assert (w.state["pinned"], w.state["collapsed"]) == ([CPU], [MAIN])
    assert w.state["selected"] == ["frame", 0.0]
    strips = "t.state.layout.strips.map(s => [s.kind, s.y, s.height, s.pinned])"
    before = shown.get(strips), shown.window_us, page.locator(".aero-panel").inner_text()
    again = TimelinePage(page, small(), **values(small().timeline(state=w.state)))
    assert (again.get(strips), page.locator(".aero-panel").inner_text()) == (before[0], before[2])
    assert again.window_us == pytest.approx(before[1])
    assert not again.errors


@pytest.mark.browser
def test_the_address_of_a_page_tells_its_view(page: Any, tmp_path: Path) -> None:
    path = looked_at().to_html(tmp_path / "page.html")
    page.goto(path.as_uri())
    page.click("button:text-is('link')")
    page.wait_for_function("() => document.querySelector('.aero-word').textContent !== ''")
    hash_ = page.evaluate("location.hash")
    assert alike(json.loads(unquote(hash_.removeprefix("#view="))), looked_at().state)
    to_html(small(), path)
    page.goto("about:blank")
    page.goto(path.as_uri() + hash_)
    page.wait_for_selector(".aero-pinned")
    get = "(key) => document.querySelector('#timeline').aeroTimeline.host.get(key)"
    found = {key: value for key in VALUES if (value := page.evaluate(get, key)) is not None}
    assert alike({"axis": "", "scale_fit": [], **found}, values(looked_at()))
    assert page.locator(".aero-word").text_content() == ""


@pytest.mark.browser
def test_an_address_that_is_no_view_is_left_out_with_a_word(page: Any, tmp_path: Path) -> None:
    path = to_html(small(), tmp_path / "page.html")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(
        path.as_uri() + '#view={"__proto__":1,"window":[-1e308,1e308],"shown":[["<img src=x onerror=alert(1)>","y"]]}'
    )
    page.wait_for_selector(".aero-rows")
    word = "left out of the view in this page's address: __proto__, shown"
    page.wait_for_function("(word) => document.querySelector('.aero-word').textContent === word", arg=word)
    sight = "(() => { const v = document.querySelector('#timeline').aeroTimeline.state.view; return [v.t0, v.t1]; })()"
    t0, t1 = page.evaluate(sight)
    assert t0 <= 0
    assert t1 >= 2_900_000
    page.goto(path.as_uri() + "#view=%7B%")  # in the same tab: the page opens anew
    page.wait_for_function("() => document.querySelector('.aero-word')?.textContent.endsWith('cannot be read')")
    assert not errors
