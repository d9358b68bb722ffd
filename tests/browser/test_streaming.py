"""Long and safe captures in a real Chromium: streaming, autosave, recovery."""

import json
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

import aero_nb
from aero_nb import AeroPage, BrowserError, CaptureError, Trace
from aero_nb.browser import recovered_captures
from tests.support.aero_site import CHROMIUM_ARGS, AeroSite
from tests.support.browsers import eventually, nothing_is_left_of

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def site() -> Iterator[AeroSite]:
    with AeroSite() as site:
        yield site


@pytest.fixture(scope="module")
def held(site: AeroSite) -> Iterator[AeroPage]:
    with aero_nb.connect(site.url, args=CHROMIUM_ARGS) as page:
        yield page


@pytest.fixture
def page(held: AeroPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AeroPage:
    monkeypatch.setenv("AERO_NB_RECOVERY", str(tmp_path / "recovery"))
    held.reload()
    return held


def fill(page: AeroPage, count: int) -> None:
    """Have every worker write ``count`` records that are numbered on."""
    page.evaluate(f"await testing.everyone('fill', {{ count: {count} }})")


def numbers(trace: Trace, tid: int) -> list[int]:
    rows = trace.counters[(trace.counters["series"] == "sequence") & (trace.counters["tid"] == tid)]
    return [int(value) for value in rows["value"]]


def wait_for_piece(page: AeroPage) -> None:
    """Return when the stream has exported once more."""
    assert page._keeper is not None
    joiner = page._keeper._joiner
    assert joiner is not None
    before = joiner.pieces
    assert eventually(lambda: joiner.pieces >= before + 2)


def test_a_streamed_capture_is_longer_than_the_rings_and_lacks_nothing(page: AeroPage) -> None:
    page.start(stream=0.05)
    for _ in range(3):
        fill(page, 20_000)
        wait_for_piece(page)
    data = page.stop()
    trace = Trace.from_bytes(data)
    for tid in (2, 3, 4, 5):
        assert numbers(trace, tid) == list(range(1, 60_001))
    assert trace.gaps.empty
    assert (trace.losses["dropped_records"].dropna() == 0).all()
    assert json.loads(data)["otherData"]["aero_nb"]["stream"]["pieces"] > 6


def test_what_was_overwritten_between_two_pieces_is_an_exact_gap(page: AeroPage) -> None:
    page.start(stream=1000)
    fill(page, 10_000)
    page.export()
    fill(page, 50_000)
    trace = Trace.from_bytes(page.stop())
    gaps = trace.gaps.join(trace.tracks[["tid"]], on="track")
    for tid in (2, 3, 4, 5):
        kept = numbers(trace, tid)
        assert kept == sorted(set(kept))
        (missing,) = [(a, b) for a, b in pairwise(kept) if b - a > 1]
        lost_numbers = missing[1] - missing[0] - 1
        (gap,) = gaps[gaps["tid"] == tid].itertuples()
        # Beside the numbered records the ring lost the worker's own.
        assert lost_numbers <= gap.dropped_records <= lost_numbers + 2_000
        assert gap.start_us < gap.end_us
        assert len(kept) + lost_numbers == 60_000


def test_a_restarted_worker_streams_into_a_lane_of_its_own(page: AeroPage) -> None:
    page.start(stream=1000)
    fill(page, 100)
    page.export()
    page.evaluate("await testing.restart('jit')")
    fill(page, 100)
    trace = Trace.from_bytes(page.stop())
    jit = trace.tracks.query("kind == 'thread' and thread == 'jit'")
    assert jit["tid"].tolist() == [5, 6]
    assert numbers(trace, 5) == numbers(trace, 6) == list(range(1, 101))


def test_export_of_a_streamed_capture_is_what_was_joined_so_far(page: AeroPage) -> None:
    page.start(stream=0.1)
    fill(page, 500)
    so_far = Trace.from_bytes(page.export())
    assert numbers(so_far, 2) == list(range(1, 501))
    assert page.status().tracing is True
    fill(page, 500)
    assert numbers(Trace.from_bytes(page.stop()), 2) == list(range(1, 1001))


def test_the_status_while_streaming_counts_what_is_joined(page: AeroPage) -> None:
    page.start(stream=1000)
    for _ in range(3):
        fill(page, 20_000)
        page.export()
    counts = page.status().last_export
    assert counts is not None
    assert counts.dropped_records == {}  # the rings by themselves have overwritten half of it
    data = page.last_export
    assert data is not None
    assert counts.size_bytes == len(data)
    events = json.loads(data)["traceEvents"]
    assert counts.events == len(events)
    assert counts.by_phase == dict(Counter(event["ph"] for event in events))
    page.stop()


def test_autosave_saves_between_the_pieces_of_a_stream(page: AeroPage, tmp_path: Path) -> None:
    page.start(stream=1000, autosave=0.05)

    def saved() -> bool:
        return any(b'"sequence":200}' in path.read_bytes() for path in (tmp_path / "recovery").glob("capture-*.json"))

    assert eventually(lambda: page._keeper is not None and page._keeper.path is not None)
    fill(page, 200)
    assert eventually(saved)
    assert numbers(Trace.from_bytes(page.stop()), 2) == list(range(1, 201))


def test_our_own_reload_in_mid_stream_is_told_at_the_stop(page: AeroPage) -> None:
    page.start(stream=1000)
    fill(page, 100)
    page.export()
    page.reload()
    with pytest.raises(BrowserError, match=r"reload\(\) was called in mid-recording.*last_export"):
        page.stop()
    assert page.last_export is not None
    assert numbers(Trace.from_bytes(page.last_export), 2) == list(range(1, 101))


def test_a_reload_in_mid_stream_keeps_what_was_exported(page: AeroPage, tmp_path: Path) -> None:
    page.start(stream=0.05, autosave=0.05)
    fill(page, 500)
    wait_for_piece(page)
    page.evaluate("location.reload(); 0")
    with pytest.raises(BrowserError, match=r"reloaded or left.*bytes\) is in the page's last_export and in .*capture-"):
        page.stop()
    assert page.last_export is not None
    assert numbers(Trace.from_bytes(page.last_export), 2) == list(range(1, 501))
    (recovered,) = recovered_captures()
    assert recovered.read_bytes() == page.last_export


def test_another_clients_start_in_mid_stream_keeps_what_was_exported(page: AeroPage) -> None:
    page.start(stream=0.05)
    fill(page, 300)
    wait_for_piece(page)
    page.evaluate("aero.perf.traceStart()")
    keeper = page._keeper
    assert keeper is not None
    assert eventually(lambda: keeper.error is not None)
    assert "started the trace again" in str(page.status())
    with pytest.raises(BrowserError, match="another client"):
        page.stop()
    assert page.last_export is not None
    assert numbers(Trace.from_bytes(page.last_export), 2) == list(range(1, 301))


def test_an_autosaved_capture_is_removed_when_it_ends_well(page: AeroPage, tmp_path: Path) -> None:
    page.start(autosave=0.05)
    assert eventually(lambda: bool(list((tmp_path / "recovery").glob("capture-*.json"))))
    assert recovered_captures() == []  # it is running, here
    page.stop()
    assert list((tmp_path / "recovery").iterdir()) == []


def test_seconds_that_are_none_are_refused(page: AeroPage, tmp_path: Path) -> None:
    for options in ({"stream": 0}, {"autosave": -1}, {"stream": float("nan")}):
        with pytest.raises(CaptureError, match="positive number of seconds"):
            page.start(**options)
        with pytest.raises(CaptureError, match="positive number of seconds"):
            page.boot(**options)
    assert page.trace_enabled is False  # nothing was begun, and what was recorded before is still there
    assert "?trace" not in page.url
    assert list((tmp_path / "recovery").glob("*")) == []


def test_a_folder_that_cannot_be_written_is_told_at_the_start(
    page: AeroPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("AERO_NB_RECOVERY", str(tmp_path / "file" / "folder"))
    with pytest.raises(CaptureError, match=r"expected to keep the capture in .*AERO_NB_RECOVERY"):
        page.start(autosave=1)


def test_a_disk_that_refuses_in_mid_capture_loses_nothing_of_the_capture(
    page: AeroPage, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page.start(stream=1000, autosave=0.1)
    keeper = page._keeper
    assert keeper is not None
    assert keeper._file is not None
    keeper._file.path.with_suffix(".json.part").mkdir()  # no file can be written there
    assert eventually(lambda: keeper.error is not None)
    assert "expected to autosave to" in str(page.status())
    fill(page, 200)
    assert numbers(Trace.from_bytes(page.stop()), 2) == list(range(1, 201))
    assert "autosaving ended early: expected to autosave to" in capsys.readouterr().err


def test_a_crash_in_mid_stream_keeps_what_was_joined(site: AeroSite) -> None:
    with aero_nb.connect(site.url, args=CHROMIUM_ARGS) as page:
        page.start(stream=0.05)
        fill(page, 300)
        wait_for_piece(page)
        page._connection.submit(page._connection.tab.page.goto("chrome://crash"))
        assert eventually(lambda: page.gone is not None)
        with pytest.raises(BrowserError, match=r"the tab crashed.*is in the page's last_export"):
            page.stop()
        assert page.last_export is not None
        assert numbers(Trace.from_bytes(page.last_export), 2) == list(range(1, 301))


def test_closing_does_not_wait_for_an_export_that_never_comes(site: AeroSite, monkeypatch: pytest.MonkeyPatch) -> None:
    with aero_nb.connect(site.url, args=CHROMIUM_ARGS) as page:
        monkeypatch.setattr("aero_nb.browser.aero_page.STREAM_ANSWER_S", 1e6)  # who waits for it waits in vain
        page.start(stream=0.05)
        page.evaluate("testing.lie('never')")
        assert eventually(lambda: page._keeper._one_at_a_time.locked())  # an export is under way, and stays so
        closing = threading.Thread(target=page.close, daemon=True)
        closing.start()
        assert eventually(lambda: not closing.is_alive(), seconds=60)


CAPTURING = """
import sys, time
sys.path.insert(0, {root!r})
from tests.support.aero_site import CHROMIUM_ARGS
import aero_nb
page = aero_nb.connect({url!r}, args=CHROMIUM_ARGS)
page.start(stream=0.05, autosave=0.05)
page.evaluate("await testing.everyone('fill', {{ count: 400 }})")
saved = lambda: page._keeper.path and page._keeper.path.read_bytes()
while (saved() or b"").count(b'"sequence":400}}') < 4:
    time.sleep(0.01)
print(page._connection.folder, flush=True)
time.sleep(60)
"""


def test_a_killed_kernel_leaves_its_capture_to_be_told_once(page: AeroPage, site: AeroSite, tmp_path: Path) -> None:
    script = CAPTURING.format(root=str(ROOT), url=site.url)
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as kernel:
        assert kernel.stdout is not None
        folder = Path(kernel.stdout.readline().strip())
        assert recovered_captures() == []  # its process lives
        kernel.kill()
    assert nothing_is_left_of(folder)
    assert eventually(lambda: bool(list((tmp_path / "recovery").glob("*.lock"))))
    (recovered,) = recovered_captures()
    assert recovered.name.startswith("recovered-")
    assert numbers(aero_nb.load(recovered), 2) == list(range(1, 401))
    assert recovered_captures() == []
    assert [path.name for path in recovered.parent.iterdir()] == [recovered.name]


def test_closing_the_page_in_mid_capture_leaves_the_autosaved_file(
    site: AeroSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AERO_NB_RECOVERY", str(tmp_path))
    with aero_nb.connect(site.url, args=CHROMIUM_ARGS) as page:
        page.start(autosave=0.05)
        page.evaluate("testing.fillMain(100)")
        assert eventually(lambda: any(b'"sequence":100}' in path.read_bytes() for path in tmp_path.glob("*.json")))
    (recovered,) = recovered_captures()
    assert numbers(aero_nb.load(recovered), 1) == list(range(1, 101))
