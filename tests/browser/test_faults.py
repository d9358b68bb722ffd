"""What goes wrong with a page and its exports, in a real Chromium: a clear error, nothing left over."""

import json
import socket
import sys
import threading
import time
from pathlib import Path

import pytest

import aero_nb
from aero_nb import AeroPage, BrowserError, CaptureError, Trace
from aero_nb.browser.find import find_browser
from tests.support.aero_site import AeroSite
from tests.support.browser_fixtures import (  # noqa: F401 - pytest finds the fixtures here
    connect,
    fixture_held,
    fixture_nothing_is_left_over,
    fixture_page,
    fixture_scratch,
    fixture_site,
)
from tests.support.browsers import eventually, running_browser

pytestmark = pytest.mark.browser


# Addresses and pages


def test_a_page_without_aero_is_told_by_name(site: AeroSite) -> None:
    with pytest.raises(BrowserError, match=r"expected aero\.perf.*plain\.html.*No machine here.*a page without Aero"):
        connect(site.url + "plain.html", timeout=5)


def test_an_aero_perf_that_never_appears_is_given_up(site: AeroSite) -> None:
    with pytest.raises(BrowserError, match=r"within 5 s.*timeout="):
        connect(site.url + "?never", timeout=5)


def test_an_address_where_nothing_answers_is_told() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(BrowserError, match="nothing answers at that address"):
        connect(f"http://127.0.0.1:{port}/")


def test_no_address_at_all_is_told() -> None:
    with pytest.raises(BrowserError, match="found neither"):
        aero_nb.connect()


def test_a_browser_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(BrowserError, match=r"executable= '/no/such/browser'"):
        connect("http://127.0.0.1/", executable="/no/such/browser")
    monkeypatch.setenv("AERO_NB_BROWSER", str(tmp_path))
    with pytest.raises(BrowserError, match=r"\$AERO_NB_BROWSER"):
        find_browser()
    monkeypatch.delenv("AERO_NB_BROWSER")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BrowserError, match=r"found none.*executable= or \$AERO_NB_BROWSER"):
        find_browser()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there always is a screen to try")
def test_a_window_without_a_screen_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    with pytest.raises(BrowserError, match=r"expected a screen for headed=True.*xvfb-run"):
        aero_nb.connect("http://127.0.0.1:1/", headed=True)


def test_a_program_that_is_no_browser_is_told() -> None:
    with pytest.raises(BrowserError, match="opening the browser"):
        connect("http://127.0.0.1/", executable="true", timeout=10)


# Exports that fail


@pytest.mark.parametrize(
    ("lie", "complaint"),
    [
        ("number", "expected a JSON string from the page, found number"),
        ("object", "expected a JSON string from the page, found object"),
        ("html", "expected a trace as a JSON object from the page, found b'<html>"),
        ("rejects", "the exporter fell over"),
    ],
)
def test_an_export_that_lies_or_rejects_is_told(page: AeroPage, lie: str, complaint: str) -> None:
    page.start()
    kept = page.export()
    page.evaluate(f"testing.lie('{lie}')")
    with pytest.raises(BrowserError, match=complaint) as told:
        page.stop()
    assert "in_page.js" not in str(told.value)  # its place in our script tells a user nothing
    assert page.last_export == kept
    page.evaluate("testing.tellTheTruth()")
    assert page.stop().startswith(b"{")


@pytest.mark.parametrize("lie", ["number", "object", "rejects"])
def test_a_streamed_export_that_lies_or_rejects_is_told(page: AeroPage, lie: str) -> None:
    page.start(stream=1000)
    page.export()
    page.evaluate(f"testing.lie('{lie}')")
    with pytest.raises(BrowserError, match="last_export"):
        page.stop()
    assert page.last_export is not None


@pytest.mark.parametrize("has_bar", [False, True])
def test_an_export_that_never_answers_is_given_up(
    page: AeroPage, monkeypatch: pytest.MonkeyPatch, has_bar: bool
) -> None:
    monkeypatch.setattr("aero_nb.browser.moving.ANSWER_S", 0.5)
    monkeypatch.setattr("aero_nb.browser.moving.QUIET_S", 0.1)  # most of that time passes while a bar is shown
    told: list[tuple[int, int]] = []
    page.progress = (lambda done, size: told.append((done, size))) if has_bar else None
    page.start()
    page.evaluate("testing.lie('never')")
    with pytest.raises(BrowserError, match=r"did not answer within 0\.5 s while the page wrote its trace"):
        page.stop()
    assert bool(told) == has_bar
    page.evaluate("testing.tellTheTruth()")
    assert page.stop().startswith(b"{")


def test_a_page_whose_switch_lies_is_told(page: AeroPage) -> None:
    page.evaluate("Object.defineProperty(aero.perf, 'traceEnabled', { value: 'yes' }); 0")
    with pytest.raises(BrowserError, match=r"expected aero\.perf\.traceEnabled to be true or false, found 'yes'"):
        _ = page.trace_enabled
    with pytest.raises(BrowserError, match="this page's profiler does not work"):
        page.start()


def test_a_silent_worker_has_an_unknown_lane_not_an_empty_one(page: AeroPage) -> None:
    page.start()
    page.evaluate("await testing.command('gpu', 'silence', { on: true })")
    trace = Trace.from_bytes(page.stop())
    lanes = trace.losses.join(trace.tracks[["thread", "kind"]]).query("kind == 'thread'").set_index("thread")
    assert lanes["export_timed_out"].to_dict() == {"Main": False, "cpu": False, "gpu": True, "io": False, "jit": False}
    assert lanes["dropped_records"].isna().to_dict()["gpu"]
    assert lanes["dropped_records"]["cpu"] == 0


def test_a_blocked_worker_answers_when_it_can(page: AeroPage) -> None:
    page.start()
    page.evaluate("testing.command('cpu', 'block', { ms: 600 }); 0")
    assert json.loads(page.stop())["otherData"]["aero"]["workerExportTimeouts"] == []


def test_a_page_whose_main_thread_is_blocked_is_given_up_and_comes_back(page: AeroPage) -> None:
    page.start()
    page.evaluate("setTimeout(() => { const end = Date.now() + 3000; while (Date.now() < end); }); 0")
    page._timeout = 0.4
    with pytest.raises(BrowserError, match=r"did not answer within 0\.4 s while .*main thread is busy"):
        page.stop()
    page._timeout = 30
    assert page.stop().startswith(b"{")


# Reloads, other clients


def test_a_reload_in_mid_capture_is_told_at_the_stop(page: AeroPage) -> None:
    page.start()
    kept = page.export()
    page.evaluate("location.reload(); 0")
    with pytest.raises(BrowserError, match="reloaded or left since the recording began"):
        page.stop()
    assert page.last_export == kept
    page.reload()
    page.start()
    assert page.stop().startswith(b"{")


def test_our_own_reload_in_mid_capture_is_told_at_every_call_until_the_stop(page: AeroPage) -> None:
    with aero_nb.capture(page) as run:
        kept = page.export()
        page.reload()
        for _ in range(2):
            with pytest.raises(BrowserError, match=r"reload\(\) was called in mid-recording"):
                page.export()
    with pytest.raises(BrowserError, match=r"reload\(\) was called in mid-recording"):
        _ = run.trace
    assert run.partial_trace().to_bytes() == kept
    page.stop()  # told once: this is the export of the new page


def test_a_recording_restarted_or_stopped_by_hand_in_mid_capture_is_told(page: AeroPage) -> None:
    for by_hand in (page.start, page.stop):
        with aero_nb.capture(page) as run:
            by_hand()
        with pytest.raises(CaptureError, match="by hand while it was captured"):
            _ = run.trace
        assert "traceStart" in set(run.partial_trace().instants["name"])


@pytest.mark.parametrize("options", [{}, {"stream": 1000}])
def test_a_stop_by_somebody_else_leaves_a_gap(
    page: AeroPage, options: dict[str, float], capsys: pytest.CaptureFixture[str]
) -> None:
    page.start(**options)
    page.evaluate("aero.perf.ring.instant('before'); aero.perf.traceStop(); 0")
    page.evaluate("await new Promise((done) => setTimeout(done, 300)); aero.perf.ring.instant('after'); 0")
    so_far = Trace.from_bytes(page.export())
    data = page.stop()
    assert "stopped by somebody else" in capsys.readouterr().err
    trace = Trace.from_bytes(data)
    assert {"before", "traceStop"} <= set(trace.instants["name"])
    for told in (so_far, trace):
        gaps = told.gaps.join(told.tracks["thread"], on="track").set_index("thread")
        assert set(gaps.index) == {"Main", "cpu", "gpu", "io", "jit"}
        assert gaps["dropped_records"].isna().all()
        assert gaps.loc["Main", "end_us"] - gaps.loc["Main", "start_us"] >= 290_000
    page.start()
    assert Trace.from_bytes(page.stop()).gaps.empty
    assert capsys.readouterr().err == ""


def test_a_stop_that_is_tried_again_is_our_own(page: AeroPage, capsys: pytest.CaptureFixture[str]) -> None:
    page.start()
    page.evaluate("testing.lie('rejects')")
    with pytest.raises(BrowserError, match="fell over"):
        page.stop()
    page.evaluate("testing.tellTheTruth()")
    assert Trace.from_bytes(page.stop()).gaps.empty
    assert capsys.readouterr().err == ""


def test_another_clients_start_after_boot_is_noticed(page: AeroPage) -> None:
    page.boot()
    page.evaluate("await new Promise((done) => setTimeout(done, 20)); aero.perf.traceStart()")
    with pytest.raises(BrowserError, match="another client of the page"):
        page.stop()


def test_what_silent_workers_cost_is_said_once(page: AeroPage, capsys: pytest.CaptureFixture[str]) -> None:
    page.start()
    page.evaluate("await testing.command('io', 'silence', { on: true })")
    page.export()
    assert "1 of the page's workers did not answer (io): each export of this page waits 2 s" in capsys.readouterr().err
    page.stop()
    assert capsys.readouterr().err == ""


# What is shown


def test_the_status_of_a_page_without_aero_is_told(page: AeroPage) -> None:
    address = page.url
    page.evaluate("location.href = 'about:blank'; 0")
    assert eventually(lambda: page.url == "about:blank")
    assert page.status().tracing is None
    assert "about:blank: no aero.perf in this page" in str(page.status())
    page.evaluate(f"location.href = '{address}'; 0")
    assert eventually(lambda: page.evaluate("typeof aero") == "object")


def test_an_error_of_a_page_shows_none_of_our_inner_workings(page: AeroPage) -> None:
    with pytest.raises(BrowserError, match="TypeError") as told:
        page.evaluate("null.x")
    assert told.value.__cause__ is None
    assert told.value.__suppress_context__
    ours = [entry for entry in told.traceback if "aero_nb" in Path(entry.path).parts[-3:]]
    assert len(ours) == 1


def test_a_server_that_is_slow_to_answer_is_told_with_the_option_to_wait(site: AeroSite) -> None:
    with pytest.raises(BrowserError, match=r"expected an answer within 1 s while opening .*connect --timeout SECONDS"):
        connect(site.url + "slow", timeout=1)


def test_a_reload_in_mid_export_is_told(page: AeroPage) -> None:
    page.start()
    page.evaluate("await testing.command('io', 'silence', { on: true })")  # two seconds in which to reload
    page.evaluate("setTimeout(() => location.reload(), 300); 0")
    with pytest.raises(BrowserError, match=r"reloaded or left.*what it had recorded is lost"):
        page.stop()


def test_leaving_for_a_page_without_aero_is_told(page: AeroPage, site: AeroSite) -> None:
    address = page.url
    page.start()
    page.evaluate(f"location.href = '{site.url}plain.html'; 0")
    assert eventually(lambda: page.url.endswith("plain.html"))
    with pytest.raises(BrowserError, match="reloaded or left"):
        page.stop()
    with pytest.raises(BrowserError, match=r"aero\.perf is not in this page"):
        page.start()
    page.evaluate(f"location.href = '{address}'; 0")
    assert eventually(lambda: page.evaluate("typeof aero") == "object")


def test_a_second_client_on_the_same_page_is_noticed(site: AeroSite) -> None:
    with running_browser(site.url) as (endpoint, _), connect(cdp=endpoint) as first, connect(cdp=endpoint) as second:
        first.start()
        kept = first.export()
        time.sleep(0.05)
        second.start()
        with pytest.raises(BrowserError, match="another client of the page"):
            first.stop()
        assert first.last_export != kept  # what the second recorded since
        # Both fetch at the same moment, and neither gets the other's bytes.
        texts: list[bytes] = []
        fetching = [threading.Thread(target=lambda page=page: texts.append(page.export())) for page in (first, second)]
        for thread in fetching:
            thread.start()
        for thread in fetching:
            thread.join()
        assert [text[:1] for text in texts] == [b"{", b"{"]
        assert second.stop().startswith(b"{")
