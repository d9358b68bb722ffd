"""Searches in the arguments of spans: the page and the kernel find the same."""

from typing import Any

import numpy as np
import pytest

from aero_nb import Trace
from aero_nb.timeline import Timeline
from aero_nb.timeline.arguments import places_with
from aero_nb.timeline.scene import Scene
from tests.support.timeline_page import TimelinePage, span, trace_of

ARGS: list[dict[str, Any]] = [
    {"url": "disk.img", "n": 1},
    {"url": "Disk.IMG", "n": 10.0},
    {"n": "1", "deep": {"list": [{"url": "rom.bin"}]}},
    {"title": "zwölf Bären", "ok": True, "none": None},
    {"url": {"n": 1}},
    {},
]
SEARCHES = [
    ("arg:url=disk.img", [0, 1]),
    ("arg:url=disk", []),
    ("arg:n=1", [0, 2, 4]),
    ("arg:n=1.0 arg:url=disk.img", [0]),
    ("arg:N=10", [1]),
    ("arg:url=rom.bin", [2]),
    ('arg:title="zwölf bären"', [3]),
    ("arg:ok=true", [3]),
    ("arg:none=null", [3]),
    ("arg:disk", [0, 1]),
    ("arg:bär", [3]),
    ("arg:url", [0, 1, 2, 4]),
    ('arg:"zwölf b"', [3]),
    ("arg:url s1", [1]),
    ("arg:moon", []),
    ("arg: s5", [5]),
]


MORE = [("large", "9007199254740993"), ("small", "0.000000001"), ("small", "1E-9")]


def with_args() -> Any:
    """One span a set of arguments; the last of them was begun and ended by events of their own."""
    spans = [span(f"s{n}", n * 10, 5, args=args) for n, args in enumerate(ARGS)]
    late = [{"ph": "B", "name": "s6", "ts": 100}, {"ph": "E", "ts": 110, "args": {"late": "yes"}, "cname": "good"}]
    return trace_of(*spans, *late)


@pytest.mark.parametrize(
    ("key", "text", "found"),
    [
        ("url", "disk.img", [0, 1]),
        ("n", "1", [0, 2, 4]),
        ("n", "10", [1]),
        ("n", "10.00", [1]),
        ("n", "1e1", [1]),
        ("", "BÄR", [3]),
        ("", '"url":"', [0, 1, 2]),
        ("late", "yes", [6]),
        ("cname", "good", [6]),
        ("", "moon", []),
    ],
)
def test_the_kernel_finds_the_spans_with_an_argument(key: str, text: str, found: list[int]) -> None:
    scene = Scene(with_args())
    assert scene.spans.index[places_with(scene, key, text)].tolist() == found


def test_other_ways_to_write_it_in_the_file_hide_nothing() -> None:
    args = rb'{"\u006bey":"d\u0069sk","long":1.5000,"short":0.15E+4,"tenth":0.1,"large":9007199254740993,"small":1e-9}'
    scene = Scene(Trace.from_bytes(b'[{"ph":"X","ts":1,"dur":1,"pid":1,"tid":1,"name":"a","args":%b}]' % args))
    for key, text in (("key", "disk"), ("", "disk"), ("long", "1.5"), ("short", "1500"), ("tenth", "0.10"), *MORE):
        assert places_with(scene, key, text).tolist() == [0]


def test_a_page_that_asks_is_answered_with_places() -> None:
    widget = Timeline(with_args())
    sent: list[Any] = []
    widget.send = lambda content, buffers=(): sent.append((content, buffers))
    widget._answer(widget, {"id": "1", "ask": "find_args", "key": "url", "text": "rom.bin"}, [])
    ((content, (places,)),) = sent
    assert "error" not in content
    assert np.frombuffer(places, "<i4").tolist() == [2]


@pytest.mark.browser
def test_a_page_without_a_kernel_finds_the_same_and_lists_it_by_duration(page: Any) -> None:
    shown = TimelinePage(page, with_args())
    index = shown.scene.spans.index
    for query, expected in SEARCHES:
        page.evaluate("(query) => window.timeline.searching.find(query)", query)
        page.wait_for_function("() => window.timeline.state.search.note === ''")
        places = shown.get("[...t.state.search.found].flatMap((hit, i) => hit ? [i] : [])")
        assert sorted(index[places].tolist()) == expected, query
    longer = TimelinePage(page, trace_of(*(span(f"hit{n}", n * 100, 10 + n) for n in range(3)), span("other", 900, 90)))
    assert not page.locator("button:text-is('list')").is_visible()
    page.fill("input[type=search]", "hit")
    page.click("button:text-is('list')")
    table = longer.table("3 found for hit")
    assert table["name"].tolist() == ["hit2", "hit1", "hit0"]
    assert table["duration"].tolist() == ["12.0 µs", "11.0 µs", "10.0 µs"]
    page.click(".aero-table button:text-is('hit1')")
    assert page.locator(".aero-facts h2").text_content() == "hit1"
    page.click("button:text-is('‹ hits')")
    assert longer.table("3 found for hit")["name"].tolist() == ["hit2", "hit1", "hit0"]
    assert not longer.errors
