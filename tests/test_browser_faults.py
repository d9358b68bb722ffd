"""What goes wrong with a page and its exports, in a real Chromium: a clear error, nothing left over."""

import json
import socket
import sys
import threading
import time
from pathlib import Path

import pytest
from aero_site import AeroSite
from browser_fixtures import (  # noqa: F401 - pytest finds the fixtures here
    connect,
    fixture_held,
    fixture_nothing_is_left_over,
    fixture_page,
    fixture_scratch,
    fixture_site,
)
from browsers import eventually, running_browser

import aero_nb
from aero_nb import AeroPage, BrowserError, Trace
from aero_nb.browser.find import find_browser

pytestmark = pytest.mark.browser


# Addresses and pages


def test_a_page_without_aero_is_told_by_name(site: AeroSite) -> None:
    with pytest.raises(BrowserError, match=r"expected aero\.perf.*plain\.html.*No machine here.*a page without Aero"):
        connect(site.url + "plain.html", timeout=2)


def test_an_aero_perf_that_never_appears_is_given_up(site: AeroSite) -> None:
    with pytest.raises(BrowserError, match=r"within 2 s.*timeout="):
        connect(site.url + "?never", timeout=2)


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


def test_an_export_that_never_answers_is_given_up(page: AeroPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aero_nb.browser.moving.ANSWER_S", 0.5)
    page.start()
    page.evaluate("testing.lie('never')")
    with pytest.raises(BrowserError, match=r"did not answer within 0\.5 s while the page wrote its trace"):
        page.stop()
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
    page.evaluate("setTimeout(() => { const end = Date.now() + 1500; while (Date.now() < end); }); 0")
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
