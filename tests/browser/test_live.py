"""What a page shows of itself while it records, in a real Chromium."""

from collections.abc import Iterator

import pytest

import aero_nb
from aero_nb import AeroPage, perf
from aero_nb.browser.live import FRAMES_LANE
from aero_nb.live.feed import Feed
from aero_nb.sources.live import Live
from tests.support.aero_site import CHROMIUM_ARGS, AeroSite
from tests.support.browsers import eventually

pytestmark = pytest.mark.browser
ALL = 1_000_000


@pytest.fixture(scope="module")
def site() -> Iterator[AeroSite]:
    with AeroSite() as site:
        yield site


@pytest.fixture
def page(site: AeroSite) -> Iterator[AeroPage]:
    with aero_nb.connect(site.url, args=CHROMIUM_ARGS) as page:
        yield page


def test_its_frames_are_those_of_its_own_animation_callbacks(page: AeroPage) -> None:
    assert isinstance(page, Live)
    page.start()
    reader = page.live()
    told: list[tuple[str, int]] = []

    def enough() -> bool:
        (lane,) = reader.read(ALL).lanes
        assert lane.name == FRAMES_LANE
        told.extend((ph, at) for ph, name, at, _ in lane.events if name == "frame")
        return len(told) > 40

    assert eventually(enough)
    assert [ph for ph, _ in told] == ["B", *["E", "B"] * (len(told) // 2)]
    times = [at for _, at in told]
    assert times == sorted(times)
    in_page = page.evaluate("(performance.timeOrigin + performance.now()) * 1000") - page.clock_offset_us()
    assert told[0][1] / 1000 < in_page < told[-1][1] / 1000 + 60e6
    page.stop()
    reader.close()
    assert eventually(lambda: page.evaluate("globalThis[Symbol.for('aero_nb.live')] === undefined")), (
        "it ends by itself"
    )


def test_what_a_stream_brings_is_shown_once(page: AeroPage) -> None:
    page.start(stream=0.05)
    feed = Feed([("the page", page.live())])
    page.evaluate("await testing.everyone('fill', { count: 500 })")
    seen: list[float] = []
    lanes: set[str] = set()

    def all_there() -> bool:
        push, _ = feed.push()
        lanes.update(lane["name"] for lane in push["lanes"])
        seen.append(push["counts"][2])
        return sum(seen) >= 4 * 500

    assert eventually(all_there)
    data = page.stop()
    trace = aero_nb.Trace.from_bytes(data)
    assert sum(seen) <= len(trace.counters)
    threads = {f"page: {name}" for name in trace.counters["thread"].unique()}
    assert threads <= lanes
    feed.close()


def test_a_page_that_is_gone_or_busy_stops_nobody(page: AeroPage) -> None:
    page.start()
    perf.trace_start()
    feed = Feed([("the page", page.live()), ("this process", perf.live())])
    try:
        assert eventually(lambda: feed.push()[0]["numbers"]["frames"] > 0)
        page.reload()
        perf.instant("still here")
        assert feed.push()[0]["counts"][1] >= 1
        page.close()
        perf.instant("and here")
        assert feed.push()[0]["counts"][1] == 1
    finally:
        perf.trace_stop()
        feed.close()
