"""AeroPage against our own page in a real Chromium."""

import asyncio
import hashlib
import json
import time
from collections.abc import Iterator

import pytest

import aero_nb
from aero_nb import AeroPage, BrowserError, Trace
from aero_nb.sources.base import Source
from tests.support.aero_site import CHROMIUM_ARGS, AeroSite
from tests.support.browsers import eventually, nothing_is_left_of, own_zombies, profile_of

pytestmark = pytest.mark.browser

LANES = ["Main", "cpu", "gpu", "io", "jit"]


@pytest.fixture(scope="module")
def site() -> Iterator[AeroSite]:
    with AeroSite() as site:
        yield site


@pytest.fixture(scope="module")
def held(site: AeroSite) -> Iterator[AeroPage]:
    with aero_nb.connect(site.url, args=CHROMIUM_ARGS) as page:
        folder = profile_of(page)
        yield page
    assert nothing_is_left_of(folder)
    assert own_zombies() == []


@pytest.fixture
def page(held: AeroPage) -> Iterator[AeroPage]:
    yield held
    held.evaluate("aero.perf.traceStop(); testing.tellTheTruth(); testing.quiet(false); 0")
    held.take_console()


EIGHT_FRAMES = """
    const enough = testing.frames + 8;
    while (testing.frames < enough) await new Promise(requestAnimationFrame);
    return testing.frames;
"""


def threads(trace: Trace) -> list[str]:
    return list(trace.tracks.query("kind == 'thread'").sort_values("tid")["thread"])


def test_a_page_is_a_source_and_its_trace_has_a_lane_for_every_worker(page: AeroPage) -> None:
    assert isinstance(page, Source)
    page.start()
    names = {"frame", "render", "present", "cpu:slice", "draw", "disk:read", "jit:compile"}
    assert eventually(lambda: names <= set(Trace.from_bytes(page.export()).spans["name"]))
    trace = Trace.from_bytes(page.stop())
    assert threads(trace)[: len(LANES)] == LANES
    assert names <= set(trace.spans["name"])
    assert (trace.losses["dropped_records"].dropna() == 0).all()


def test_an_export_works_while_the_page_records_and_again_afterwards(page: AeroPage) -> None:
    page.start()
    first = json.loads(page.export())
    assert first["otherData"]["aero"]["traceEnabled"] is True
    assert page.trace_enabled is True
    stopped = page.stop()
    assert page.trace_enabled is False
    assert page.stop() == page.export() == stopped


def test_a_page_that_never_recorded_exports_an_empty_trace(page: AeroPage) -> None:
    page.reload()
    trace = Trace.from_bytes(page.stop())
    assert json.loads(page.last_export or b"")["otherData"]["aero"]["startTimeEpochUs"] == 0
    assert trace.spans.empty
    assert trace.instants.empty
    assert threads(trace) == LANES


def test_start_forgets_what_was_recorded(page: AeroPage) -> None:
    page.start()
    page.evaluate("aero.perf.ring.instant('before')")
    page.start()
    page.evaluate("aero.perf.ring.instant('after')")
    names = set(Trace.from_bytes(page.stop()).instants["name"])
    assert "after" in names
    assert "before" not in names


def test_the_bytes_are_the_pages_own_to_the_last_one(page: AeroPage) -> None:
    # Pairs at every offset meet the places where the text is cut; escapes of half pairs and NUL stay escapes.
    page.evaluate(r"""
        const pairs = "😀".repeat(1 << 20), odd = JSON.stringify({ half: "\ud800", nul: "\0", "é": "€" });
        globalThis.text = '{"traceEvents":[],"a":"x' + pairs + '","b":' + odd + ',"c":"' + pairs + '"}';
        testing.exportText(text);
        globalThis.digest = async () => {
          const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
          return Array.from(new Uint8Array(hash), (b) => b.toString(16).padStart(2, "0")).join("");
        };
    """)
    data = page.export()
    assert len(data) > 8_000_000
    assert hashlib.sha256(data).hexdigest() == page.evaluate("await digest()")


def test_progress_is_told_until_all_bytes_have_moved(page: AeroPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aero_nb.browser.moving.QUIET_S", 0.0)
    monkeypatch.setattr("aero_nb.browser.moving.PIECE", 3000)
    told: list[tuple[int, int]] = []
    page.progress = lambda moved, size: told.append((moved, size))
    try:
        page.start()
        page.evaluate("testing.fillMain(20_000)")
        data = page.stop()
    finally:
        page.progress = None
    moving = [pair for pair in told if pair[1]]
    assert moving == sorted(moving)
    assert len(moving) >= 2
    assert {size for _, size in moving} == {len(data)}


def test_a_short_move_tells_no_progress(page: AeroPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aero_nb.browser.moving.QUIET_S", 600.0)  # short, however busy this machine is
    told: list[tuple[int, int]] = []
    page.progress = lambda moved, size: told.append((moved, size))
    page.start()
    page.stop()
    page.progress = None
    assert told == []


def test_overflowed_rings_are_counted_lane_by_lane(page: AeroPage) -> None:
    page.evaluate("testing.quiet(true); await new Promise((r) => setTimeout(r, 60))")
    page.start()
    page.evaluate("await testing.everyone('fill', { count: 40_000 }); testing.fillMain(33_000)")
    trace = Trace.from_bytes(page.stop())
    by_name = trace.losses.join(trace.tracks["thread"]).set_index("thread")["dropped_records"].dropna()
    # traceStart, the records, traceStop; the ring keeps 32,768.
    assert by_name["Main"] == 33_000 + 2 - 32_768
    assert all(by_name[name] == 40_000 + 2 - 32_768 for name in LANES[1:])


def test_names_beyond_the_string_table_are_counted(page: AeroPage) -> None:
    page.start()
    page.evaluate("testing.manyNames(2_100)")
    trace = Trace.from_bytes(page.stop())
    assert trace.losses["dropped_strings"].max() >= 2_100 - 2_048
    assert "<unknown>" in set(trace.instants["name"])


def test_a_bigint_in_args_is_written_in_full_and_counted(page: AeroPage) -> None:
    page.start()
    page.evaluate("testing.bigInt()")
    with pytest.raises(BrowserError, match="TypeError"):
        page.evaluate("await aero.perf.exportTrace({ asString: true })")
    document = json.loads(page.stop())
    (event,) = [event for event in document["traceEvents"] if event["name"] == "cycles"]
    assert event["args"] == {"cycles": 2**64 + 1}
    assert document["otherData"]["aero_nb"] == {"bigint_args": 1}
    assert document["otherData"]["aero"]["traceEnabled"] is False


def test_an_argument_that_json_cannot_hold_costs_only_itself(page: AeroPage) -> None:
    for options in ({}, {"stream": 1000}):
        page.start(**options)
        page.evaluate("""
            const loop = { name: "loop" };
            loop.self = loop;
            aero.perf.ring.instant("odd", "t", { loop, cycles: 2n ** 64n + 1n, fine: [1, { two: "é" }] });
            aero.perf.ring.instant("plain", "t", { fine: true });
            0
        """)
        data = page.stop()
        document = json.loads(data)
        args = {event["name"]: event.get("args") for event in document["traceEvents"]}
        assert args["odd"]["loop"].startswith("[cannot be written: TypeError: Converting circular structure")
        assert args["odd"]["cycles"] == 2**64 + 1
        assert args["odd"]["fine"] == [1, {"two": "é"}]
        assert args["plain"] == {"fine": True}
        assert document["otherData"]["aero_nb"]["unwritable_args"] == 1
        assert document["otherData"]["aero_nb"]["bigint_args"] == 1
        assert Trace.from_bytes(data).diagnostics.set_index("code")["count"]["unwritable_args"] == 1


def test_odd_values_come_through(page: AeroPage) -> None:
    page.start()
    page.evaluate("testing.oddValues()")
    data = page.stop()
    trace = Trace.from_bytes(data)
    assert trace.counters.query("series == 'odd'")["value"].isna().tolist() == [True, True]
    assert "" in set(trace.spans["name"])
    (half,) = [event for event in json.loads(data)["traceEvents"] if event["name"] == "half a pair: \ud800"]
    assert half["s"] == "g"
    assert half["args"] == {"text": "\udc00", "nested": {"list": [1, [2, {"deep": None}]]}}
    assert trace.diagnostics.set_index("code")["count"]["lone_surrogate"] == 2
    counts = page.status().last_export
    assert counts is not None
    assert counts.events == len(json.loads(data)["traceEvents"])


def test_boot_records_from_the_first_line_of_the_page(page: AeroPage) -> None:
    address = page.url
    page.boot()
    trace = Trace.from_bytes(page.stop())
    assert "boot:main:start" in set(trace.instants["name"])
    boots = trace.spans[trace.spans["name"].isin(["worker:boot", "worker:init", "wasm:init"])]
    assert len(boots) == 4 * 3
    assert not boots["unfinished"].any()
    assert page.url == page.evaluate("location.href") == address  # a later reload is not to record
    page.evaluate("location.hash = 'disk'; 0")
    page.boot()
    assert page.url == address + "#disk"
    assert "boot:main:start" in set(Trace.from_bytes(page.stop()).instants["name"])
    page.evaluate("history.replaceState(null, '', '?trace'); 0")  # the user's own
    page.boot()
    assert page.url == address + "?trace"
    page.stop()
    page.evaluate("history.replaceState(null, '', '?traceX=1&disk=a'); 0")  # of another name
    page.boot()
    assert page.url == page.evaluate("location.href") == address + "?traceX=1&disk=a"
    assert "boot:main:start" in set(Trace.from_bytes(page.stop()).instants["name"])
    page.evaluate("history.replaceState(null, '', location.pathname); 0")


def test_a_reloaded_page_can_record_again(page: AeroPage) -> None:
    page.start()
    page.evaluate("location.hash = 'disk'; 0")
    page.reload()
    assert page.url.endswith("#disk")
    assert page.trace_enabled is False
    page.start()
    page.evaluate("aero.perf.ring.instant('after')")
    assert "after" in set(Trace.from_bytes(page.stop()).instants["name"])
    page.evaluate("history.replaceState(null, '', location.pathname); 0")


def test_a_dead_workers_lane_is_unknown_and_its_successors_is_not(page: AeroPage) -> None:
    page.start()
    page.evaluate("await testing.restart('jit')")
    trace = Trace.from_bytes(page.stop())
    lanes = trace.tracks.join(trace.losses).query("kind == 'thread' and thread == 'jit'").set_index("tid")
    assert lanes["export_timed_out"].to_dict() == {5: True, 6: False}
    assert lanes["dropped_records"].isna().to_dict() == {5: True, 6: False}
    assert "did not answer: jit" in str(page.status())
    page.reload()


def test_a_perf_capture_is_one_row_a_frame(page: AeroPage) -> None:
    page.evaluate("testing.instructions('9007199254740993')")
    with page.perf_capture() as run:
        page.evaluate(EIGHT_FRAMES)
    capture = aero_nb.load_perf_capture(run.data)
    assert len(capture.records) == page.evaluate("aero.perf.export().records.length") > 5
    assert set(json.loads(run.data)["records"][0]) >= {"tMs", "frameTimeMs", "instructions", "drawCalls", "ioBytes"}
    assert json.loads(run.data)["records"][0]["instructions"] == "9007199254740993"


@pytest.mark.parametrize(
    ("js", "value"),
    [
        ("1 + 1", 2),
        ("await Promise.resolve([1, { a: null }])", [1, {"a": None}]),
        ("new Promise((resolve) => setTimeout(resolve, 5, 'later'))", "later"),
        ("return 7", 7),
        ("if (true) { await 0; return 'early' }\nreturn 'late'", "early"),
        ("2n ** 70n", 2**70),
        ("undefined", None),
        ("-Infinity", float("-inf")),
        ("let twice = 1; twice", 1),
        ("let twice = 2; twice", 2),
        ("'half \\ud83d\\ude00'", "half 😀"),
    ],
)
def test_the_value_of_javascript_comes_back(page: AeroPage, js: str, value: object) -> None:
    assert page.evaluate(js) == value


@pytest.mark.parametrize(
    ("js", "complaint"),
    [
        ("(() => { null.x })()", r"TypeError: Cannot read.*\n +at"),
        ("await Promise.reject(new RangeError('far'))", "RangeError: far"),
        ("throw 'a string'", "a string"),
        ("let = ;", "SyntaxError"),
        ("globalThis", "refers to itself|cannot come back"),
    ],
)
def test_an_error_of_javascript_is_told_with_its_stack(page: AeroPage, js: str, complaint: str) -> None:
    with pytest.raises(BrowserError, match=complaint):
        page.evaluate(js)
    assert page.evaluate("1") == 1


def test_javascript_without_end_is_stopped_by_its_timeout(page: AeroPage) -> None:
    with pytest.raises(BrowserError, match=r"did not answer within 0\.3 s"):
        page.evaluate("for (;;);", timeout=0.3)
    assert page.evaluate("'well'") == "well"


def test_console_lines_are_kept_and_handed_out_once(page: AeroPage) -> None:
    page.take_console()
    page.evaluate("console.log('a', 1); console.warn('b'); setTimeout(() => { throw new Error('c') }); 0")
    page.evaluate("await new Promise((r) => setTimeout(r, 50))")
    lines = page.take_console()
    assert [str(line) for line in lines][:2] == ["a 1", "warning: b"]
    assert lines[2].kind == "uncaught"
    assert page.take_console() == []
    assert page.console[-3:] == lines


def test_hands_reach_what_is_in_the_page(page: AeroPage) -> None:
    page.click("#power")
    page.click("#keyboard")
    page.type("dir")
    page.press("Backspace")
    assert page.evaluate("[keyboard.value, log.textContent]") == ["di", "powered"]
    page._timeout = 0.3
    with pytest.raises(BrowserError, match=r"within 0\.3 s while clicking '#nowhere'.*waiting for.*check the selector"):
        page.click("#nowhere")
    page._timeout = 30


def test_a_screenshot_is_a_png_that_a_notebook_shows(page: AeroPage, tmp_path) -> None:
    shot = page.screenshot()
    assert shot.startswith(b"\x89PNG\r\n")
    assert shot._repr_png_() == bytes(shot)
    shot.save(tmp_path / "shot.png")
    assert (tmp_path / "shot.png").read_bytes() == shot


def test_the_status_counts_the_last_export(page: AeroPage) -> None:
    page.start()
    data = page.export()
    status = page.status()
    assert status.tracing is True
    assert status.last_export is not None
    assert status.last_export.events == len(json.loads(data)["traceEvents"])
    assert page.url in str(status)
    assert f"{status.last_export.events:,} events" in str(status)


def test_calls_work_inside_a_running_event_loop(page: AeroPage) -> None:
    async def cell() -> bytes:
        page.start()
        return page.stop()

    assert asyncio.run(cell()).startswith(b"{")


def test_the_clock_offset_is_what_the_pages_own_requests_say(page: AeroPage) -> None:
    # The other way round: the page brackets our server's clock between two readings of its own.
    bounds = page.evaluate("""
        const now = () => (performance.timeOrigin + performance.now()) * 1000, bounds = [];
        for (let i = 0; i < 20; i += 1) {
          const before = now();
          const server = Number(BigInt(await (await fetch("/clock")).text()) / 1000n);
          bounds.push([before - server, now() - server]);
        }
        return bounds;
    """)
    least, most = max(low for low, _ in bounds), min(high for _, high in bounds)
    offset = page.clock_offset_us()
    assert least - page.clock_uncertainty_us - 10 <= offset <= most + page.clock_uncertainty_us + 10
    assert 0 < page.clock_uncertainty_us < 50_000


def test_a_merged_trace_shows_a_page_event_inside_the_python_span_that_caused_it(page: AeroPage) -> None:
    with aero_nb.capture(aero_nb.perf, page) as run:
        time.sleep(0.02)
        with aero_nb.perf.span("cell"):
            page.evaluate("aero.perf.ring.instant('caused')")
        time.sleep(0.02)
    trace = run.trace
    (cell,) = trace.spans.query("name == 'cell'").itertuples()
    (caused,) = trace.instants.query("name == 'caused'").itertuples()
    slack = page.clock_uncertainty_us
    assert cell.ts_us - slack <= caused.ts_us <= cell.ts_us + cell.dur_us + slack
    assert {"Python", "Aero"} <= set(trace.tracks["process"].dropna())
    assert cell.pid != caused.pid


def test_a_page_without_isolation_exports_too(site: AeroSite, page: AeroPage) -> None:
    with aero_nb.connect(site.url + "shared/?late=400", args=CHROMIUM_ARGS) as other:  # two browsers at once
        other.start()
        assert other.evaluate("crossOriginIsolated") is False
        with other.perf_capture() as run:
            other.evaluate(EIGHT_FRAMES)
        assert threads(Trace.from_bytes(other.stop()))[:5] == LANES
        assert json.loads(run.data)["buffers"] == []
        assert profile_of(other) != profile_of(page)
    assert other.gone == "it was closed"
    with pytest.raises(BrowserError, match="Connect again"):
        other.start()
    assert page.evaluate("1") == 1


def test_minus_zero_comes_back_as_such(page: AeroPage) -> None:
    assert str(page.evaluate("-0")) == "-0.0"


def test_a_browser_of_ours_has_one_tab(page: AeroPage) -> None:
    tab = page._connection.tab
    assert tab.context.pages == [tab.page]
