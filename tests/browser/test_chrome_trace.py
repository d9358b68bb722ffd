"""Chrome's own trace beside a page's export: a real browser, one clock, threads put together, losses said."""

import asyncio
import time
from typing import Any

import numpy as np
import pytest

import aero_nb
from aero_nb import AeroPage, BrowserError
from aero_nb.browser.chrome_trace import CATEGORIES, ChromeTrace, categories_of
from aero_nb.sources.base import Source
from aero_nb.timeline.scene import Scene
from tests.support.aero_site import AeroSite
from tests.support.browser_fixtures import (  # noqa: F401 - fixtures
    connect,
    fixture_doomed,
    fixture_held,
    fixture_nothing_is_left_over,
    fixture_page,
    fixture_scratch,
    fixture_site,
)
from tests.support.browsers import running_browser

pytestmark = pytest.mark.browser

FRAMES = """await new Promise((done) => {
  let left = 20;
  const next = () => { left -= 1; left ? requestAnimationFrame(next) : done(); };
  requestAnimationFrame(next);
})"""


def test_frames_and_workers_of_a_page_lie_inside_what_chrome_says_of_their_threads(page: AeroPage) -> None:
    chrome = page.chrome_trace()
    assert isinstance(chrome, Source)
    with aero_nb.capture(chrome, page, aero_nb.perf) as run, aero_nb.perf.span("around"):
        page.evaluate("performance.mark('inside')")
        page.evaluate(FRAMES)
    trace = run.trace
    spans, instants = trace.spans, trace.instants
    frames = spans[(spans["name"] == "frame") & (spans["thread"] == "Main")]
    outer = spans[(spans["name"] == "FireAnimationFrame") & (spans["thread"] == "Main (Chrome)")]
    last = np.searchsorted(outer["ts_us"], frames["ts_us"], side="right") - 1
    within = trace.metadata["clocks"][0]["uncertainty_us"] + 10  # the page's clock is rounded to 5 µs
    assert len(frames) >= 20
    assert (last >= 0).all()
    ends = (outer["ts_us"] + outer["dur_us"]).to_numpy()[last]
    assert ((frames["ts_us"] + frames["dur_us"]).to_numpy() <= ends + within).all()
    threads = set(trace.tracks["thread"].astype("object"))
    assert {"cpu", "cpu (Chrome)", "jit (Chrome)", "Main (Chrome)"} <= threads
    inside = float(instants.loc[instants["name"] == "inside", "ts_us"].iloc[0])
    around = spans[spans["name"] == "around"].iloc[0]
    assert around["ts_us"] - within <= inside <= around["ts_us"] + around["dur_us"] + within
    assert [clock["aligned_by"] for clock in trace.metadata["clocks"]] == ["wall clock", "wall clock", "marks"]
    assert {"gc_us", "idle_us"} <= set(trace.frames())


def test_a_function_that_is_hot_in_a_worker_while_a_frame_waits_is_named(page: AeroPage) -> None:
    with aero_nb.capture(page.chrome_trace("samples"), page) as run:
        page.evaluate(FRAMES)
        page.evaluate("""await new Promise((done) => requestAnimationFrame(() => setTimeout(async () => {
          const hot = testing.command("cpu", "block", { ms: 200 });
          const spinWait = (until) => { while (performance.now() < until); };
          spinWait(performance.now() + 400);
          await hot;
          requestAnimationFrame(() => setTimeout(done, 100));
        })))""")
    told = run.trace.why()
    found = told.functions.set_index(["function", "thread"])
    assert found.loc[("spinWait", "Main (Chrome)"), "difference_us"] > 50_000
    hot = found.loc[("busyUntil", "cpu (Chrome)")]
    assert hot["difference_us"] > 50_000
    assert hot["file"].endswith("worker.js")
    assert "sampled meanwhile: " in str(told)
    assert {"cpu (samples)", "Main (samples)"} <= {band.title for band in Scene(run.trace).bands}


def test_what_chrome_wrote_is_kept_verbatim_and_its_clock_is_measured_to_the_marks(page: AeroPage) -> None:
    chrome = page.chrome_trace()
    page.start()
    chrome.start()
    chrome.start()  # harmless
    assert chrome.is_recording
    assert chrome.export() == b'{"traceEvents":[]}'
    page.evaluate(FRAMES)
    data = chrome.stop()
    page.stop()
    assert data.startswith(b'{"traceEvents":[')
    assert chrome.stop() == data
    trace = aero_nb.Trace.from_bytes(data)
    assert trace.to_bytes() == data
    assert trace.metadata["clock"]["marks"] >= 4
    told = chrome.clock_of(page)
    if told is not None:  # Chrome counts by this machine's monotonic clock
        assert abs(told[0] - page.clock_offset_us()) <= page.clock_uncertainty_us + 5_000
        assert told[1] < 1_000
    assert chrome.clock_of(aero_nb.perf) is None


def test_a_browser_that_is_traced_already_is_not_traced_twice(page: AeroPage) -> None:
    first, second = page.chrome_trace(), page.chrome_trace("full")
    first.start()
    try:
        with pytest.raises(BrowserError, match="expected a browser that nobody traces, found that another client"):
            second.start()
        assert not second.is_recording
    finally:
        first.stop()
    second.start()
    assert len(second.stop()) > 1000


def test_a_page_that_is_loaded_again_in_mid_trace_is_in_it_twice(page: AeroPage) -> None:
    chrome = page.chrome_trace()
    chrome.start()
    page.reload()
    page.evaluate(FRAMES)
    trace = aero_nb.Trace.from_bytes(chrome.stop())
    names = trace.instants["name"].astype("object")
    assert len({name for name in names if name.startswith("aero_nb:clock:")}) == 2
    assert trace.metadata["clock"]["uncertainty_us"] < 100_000
    assert trace.start is not None


def test_a_buffer_that_became_full_is_said_and_counted(page: AeroPage, capsys: pytest.CaptureFixture[str]) -> None:
    chrome = page.chrome_trace("full", buffer_mb=1)
    chrome.start()
    for _ in range(5):
        page.evaluate(FRAMES)
        page.evaluate("for (let i = 0; i < 20000; i++) performance.mark('many')")
    trace = aero_nb.Trace.from_bytes(chrome.stop())
    problems = trace.diagnostics.set_index("code")
    assert problems["severity"]["chrome_buffer_full"] == "lost"
    assert "buffer of 1 MB was full" in capsys.readouterr().err


def test_a_browser_that_ends_in_mid_trace_says_so_and_the_page_is_kept(doomed: AeroPage) -> None:
    with aero_nb.capture(doomed.chrome_trace(), doomed, aero_nb.perf) as run:
        with aero_nb.perf.span("before"):
            pass
        doomed.close()
    with pytest.raises(BrowserError, match="the page is gone"):
        _ = run.trace
    assert "before" in set(run.partial_trace().spans["name"])


def test_a_joined_browser_is_traced_too_and_its_page_may_bring_it_along(site: AeroSite) -> None:
    with running_browser(site.url) as (endpoint, _), connect(cdp=endpoint, chrome="timeline") as joined:
        with aero_nb.capture(joined) as run:
            joined.evaluate(FRAMES)
        assert [type(part.source).__name__ for part in run.parts] == ["ChromeTrace", "AeroPage"]
        assert "Main (Chrome)" in set(run.trace.tracks["thread"].astype("object"))


def test_progress_that_was_shown_comes_to_its_end(page: AeroPage, monkeypatch: pytest.MonkeyPatch) -> None:
    complete = ChromeTrace._completed

    def late(chrome: ChromeTrace, said: dict[str, Any]) -> None:
        asyncio.get_running_loop().call_later(0.5, complete, chrome, said)

    monkeypatch.setattr(ChromeTrace, "_completed", late)  # as where Chrome takes its time, and is quick to read from
    monkeypatch.setattr("aero_nb.browser.chrome_trace.QUIET_S", 0.3)
    told: list[tuple[int, int]] = []
    monkeypatch.setattr(page, "progress", lambda done, total: told.append((done, total)))
    chrome = page.chrome_trace()
    chrome.start()
    data = chrome.stop()
    assert told[0] == (0, 0)
    assert told[-1] == (len(data), len(data))


@pytest.mark.parametrize("wanted", ["everything", "", "a b,c", ["v8", "no good"]])
def test_categories_that_are_none_are_refused(wanted: str | list[str]) -> None:
    with pytest.raises(BrowserError, match="expected one of timeline samples full"):
        categories_of(wanted)


def test_categories_of_ones_own_keep_what_the_clocks_need() -> None:
    assert categories_of("samples") == CATEGORIES["samples"]
    for wanted in ("v8,cc", ["v8", "cc"]):
        assert categories_of(wanted) == ("v8", "cc", "blink.user_timing", "disabled-by-default-devtools.timeline")


def test_marks_go_on_while_it_records(page: AeroPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aero_nb.browser.chrome_trace.MARK_EVERY_S", 0.05)
    chrome = page.chrome_trace()
    chrome.start()
    deadline = time.monotonic() + 60
    page.evaluate(
        "globalThis.marks = 0; new PerformanceObserver((list) => { marks += list.getEntries().length; })"
        ".observe({ type: 'mark' }); 0"
    )
    while page.evaluate("marks") < 3 and time.monotonic() < deadline:
        pass
    assert aero_nb.Trace.from_bytes(chrome.stop()).metadata["clock"]["marks"] >= 3 + 3 + 3
