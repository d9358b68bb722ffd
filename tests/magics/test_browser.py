"""The magics and an Aero page in a real Chromium: connect, capture both sides, JavaScript cells, faults."""

from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from IPython.core.error import UsageError

from aero_nb import BrowserError, Trace, load, perf
from aero_nb.browser.find import find_browser
from tests.support.aero_site import AeroSite
from tests.support.browsers import eventually, nothing_is_left_of, profile_of, running_on
from tests.support.shells import a_shell, run_cell, span_names

pytestmark = pytest.mark.browser

WORK = 'from aero_nb import perf\nwith perf.span("work"): pass\n'
# And until a frame was drawn, however busy this machine is.
WAIT = "await new Promise(done => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(done)), 150))"


@pytest.fixture(scope="module")
def site():
    with AeroSite() as site:
        yield site


@pytest.fixture(scope="module")
def shell(tmp_path_factory):
    with a_shell(tmp_path_factory.mktemp("work")) as shell:
        yield shell


@pytest.fixture
def connected(shell, site):
    """The shell with a living page connected, which the next test gets too if it survives this one."""
    if "page" not in shell.user_ns or shell.user_ns["page"].gone is not None:
        run_cell(shell, f"%aero_trace connect {site.url} -o page")
    yield shell
    run_cell(shell, "%aero_trace stop", fails=(type(None), UsageError, BrowserError))
    shell.user_ns.pop("trace", None)


def sides(trace):
    """The span names of each process."""
    return {str(process): set(spans["name"]) for process, spans in trace.spans.groupby("process", observed=True)}


def test_a_capture_has_the_page_and_the_notebook_on_one_clock(connected):
    cell_name = f"In [{connected.execution_count + 1}]"
    run_cell(connected, "%aero_trace start")
    run_cell(connected, f"%%aero_js\n{WAIT}\naero.perf.ring.begin('in the page')\naero.perf.ring.end('in the page')")
    assert run_cell(connected, "trace = %aero_trace stop") == ""
    trace = connected.user_ns["trace"]
    assert {"frame", "in the page"} <= sides(trace)["Aero"]
    assert cell_name in sides(trace)["Python"]
    spans = trace.spans.set_index("name")
    cell, inside = spans.loc[cell_name], spans.loc["in the page"]
    assert cell["ts_us"] + 140_000 < inside["ts_us"] < cell["ts_us"] + cell["dur_us"]
    assert "its clock is brought to this process's" in run_cell(connected, "%aero_trace status")


def test_a_traced_cell_may_be_javascript(connected):
    shown = run_cell(connected, f"%%aero_trace -o trace --show none\n%%aero_js\n{WAIT}; 6 * 7")
    assert "42" in shown
    assert "frame" in sides(connected.user_ns["trace"])["Aero"]


def test_a_javascript_cell_gives_its_value_and_shows_its_console(connected):
    run_cell(connected, "%%aero_js\nconsole.log('before')")
    shown = run_cell(connected, "%%aero_js\nconsole.log('hello', 1); console.error('oh'); ({a: [1, 2]})")
    assert "hello 1\n" in shown
    assert "error: oh\n" in shown
    assert "{'a': [1, 2]}" in shown
    assert "before" not in shown
    assert run_cell(connected, "%%aero_js -o value\nawait Promise.resolve('named')") == ""
    assert connected.user_ns["value"] == "named"


def test_an_error_in_javascript_is_shown_once_with_what_the_console_said(connected):
    shown = run_cell(connected, "%%aero_js\nconsole.log('so far'); null.x", fails=BrowserError)
    assert "so far" in shown
    assert shown.count("TypeError") == 1
    assert "Traceback" not in shown


def test_an_error_of_the_page_object_shows_the_users_line_and_a_sentence(connected):
    for cell, says in [("page.evaluate('null.x')", "TypeError"), ("page.press('no such key')", "no such key")]:
        shown = run_cell(connected, cell, fails=BrowserError)
        assert says in shown
        assert cell in shown
        assert "connection.py" not in shown
        assert len(shown.splitlines()) < 16


def test_status_tells_of_the_page(connected, site):
    shown = run_cell(connected, "%aero_trace status")
    assert f"{site.url}: not tracing" in shown
    run_cell(connected, "%aero_trace start")
    run_cell(connected, "%aero_trace save so_far.json")
    shown = run_cell(connected, "%aero_trace status")
    assert "recording the page and this process" in shown
    assert f"{site.url}: tracing" in shown
    assert "events" in shown
    assert "frame" in span_names(Trace.from_bytes(Path("so_far.json").read_bytes()))
    run_cell(connected, "trace = %aero_trace stop")


def test_boot_records_the_page_from_its_first_moment(connected):
    run_cell(connected, f"%%aero_trace -o trace --show none --boot\n%%aero_js\n{WAIT}")
    assert "boot:main:start" in set(connected.user_ns["trace"].instants["name"])


def test_streaming_outgrows_the_rings(connected):
    run_cell(connected, "%aero_trace start --stream 0.2")
    for _ in range(3):
        run_cell(connected, f"%%aero_js -o _\ntesting.fillMain(20_000); {WAIT}; {WAIT}")
    run_cell(connected, "trace = %aero_trace stop")
    trace = connected.user_ns["trace"]
    lost = trace.gaps["dropped_records"].sum() if len(trace.gaps) else 0
    assert (trace.counters["series"] == "sequence").sum() + lost >= 59_000


def test_a_crashed_page_loses_neither_the_notebook_nor_what_was_exported(connected):
    run_cell(connected, "%aero_trace start")
    run_cell(connected, WORK)
    run_cell(connected, "%aero_trace save before.json")
    kill_browser(connected.user_ns["page"])
    shown = run_cell(connected, "trace = %aero_trace stop", fails=BrowserError)
    assert "the page is gone" in shown
    assert "%aero_trace save FILE" in shown
    assert not perf.trace_enabled
    run_cell(connected, "%aero_trace show -o rest --show none")
    rest = sides(connected.user_ns["rest"])
    assert "work" in rest["Python"]
    assert "frame" in rest["Aero"]


def test_a_crash_in_a_traced_cell_is_told_and_does_not_name_half_a_trace(connected):
    connected.user_ns["crash"] = lambda: kill_browser(connected.user_ns["page"])
    shown = run_cell(connected, f"%%aero_trace -o trace\n{WORK}crash()\n6 * 7")
    assert "BrowserError: " in shown
    assert "]: 42\n" in shown
    assert "trace" not in connected.user_ns
    run_cell(connected, "%aero_trace show -o rest --show none")
    assert "work" in sides(connected.user_ns["rest"])["Python"]


def test_what_a_failed_capture_keeps_is_nothing_of_an_earlier_one(connected):
    run_cell(connected, f"%%aero_trace --show none\n%%aero_js\n{WAIT}")
    run_cell(connected, "%aero_trace start")
    run_cell(connected, "%%aero_js\ntesting.lie('rejects')")
    run_cell(connected, "trace = %aero_trace stop", fails=BrowserError)
    run_cell(connected, "%aero_trace show -o rest --show none")
    run_cell(connected, "%%aero_js\ntesting.tellTheTruth()")
    assert set(sides(connected.user_ns["rest"])) == {"Python"}


def test_chromes_own_trace_is_recorded_beside_the_page(connected):
    for line in ("--chrome -o trace --show none", "-o trace --show none --chrome=v8,cc"):
        run_cell(connected, f"%%aero_trace {line}\n%%aero_js\n{WAIT}")
        trace = connected.user_ns["trace"]
        assert {"Main (Chrome)", "cpu (Chrome)"} <= set(trace.tracks["thread"].astype("object"))
        assert "frame" in sides(trace)["Aero"]
    shown = run_cell(connected, "%aero_trace start --chrome everything", fails=BrowserError)
    assert "expected one of timeline samples full" in shown
    assert "not recording" in run_cell(connected, "%aero_trace status")


def test_a_page_that_is_gone_can_be_connected_again(connected, site):
    kill_browser(connected.user_ns["page"])
    assert "gone" in run_cell(connected, "%aero_trace status")
    assert "connect URL" in run_cell(connected, "%aero_trace start", fails=BrowserError)
    assert not perf.trace_enabled
    run_cell(connected, f"%aero_trace connect {site.url} -o page")
    folder = profile_of(connected.user_ns["page"])
    run_cell(connected, f"%%aero_trace -o trace --show none\n%%aero_js\n{WAIT}")
    assert "frame" in sides(connected.user_ns["trace"])["Aero"]
    run_cell(connected, "%aero_trace disconnect")
    assert nothing_is_left_of(folder)


def test_connecting_twice_and_disconnecting_in_mid_capture_are_sentences(connected, site):
    assert "is connected already" in run_cell(connected, f"%aero_trace connect {site.url}", fails=UsageError)
    run_cell(connected, "%aero_trace start")
    assert "stop first" in run_cell(connected, "%aero_trace disconnect", fails=UsageError)
    run_cell(connected, "trace = %aero_trace stop")


def test_options_may_stand_before_the_address(connected, site):
    for line in (
        f"--timeout 20 {site.url} -o page",
        f"-o page {site.url}",
        f"-o page --executable {find_browser()} {site.url} --timeout 20",
    ):
        run_cell(connected, "%aero_trace disconnect")
        del connected.user_ns["page"]
        run_cell(connected, f"%aero_trace connect {line}")
        assert connected.user_ns["page"].url == site.url
    run_cell(connected, "%aero_trace disconnect")
    shown = run_cell(connected, f"%aero_trace connect --timeout 0.5 {site.url}slow", fails=BrowserError)
    assert "connect --timeout SECONDS" in shown
    assert "Traceback" not in shown


def test_connecting_to_nothing_is_one_sentence_and_leaves_nothing_connected(connected):
    if connected.user_ns["page"].gone is None:
        run_cell(connected, "%aero_trace disconnect")
    for target, says in [("http://127.0.0.1:9/", "127.0.0.1"), ("--cdp http://192.0.2.1:9222", "allow_remote")]:
        shown = run_cell(connected, f"%aero_trace connect {target}", fails=BrowserError)
        assert "BrowserError: " in shown
        assert says in shown
        assert "Traceback" not in shown
        assert "no page is connected" in run_cell(connected, "%aero_trace disconnect", fails=UsageError)


def test_unloading_in_mid_capture_closes_the_page_and_keeps_what_it_recorded(connected):
    folder = profile_of(connected.user_ns["page"])
    run_cell(connected, "%aero_trace start")
    run_cell(connected, f"%%aero_js\n{WAIT}")
    run_cell(connected, "%reload_ext aero_nb")
    assert nothing_is_left_of(folder)
    run_cell(connected, "%aero_trace show -o trace --show none")
    assert "frame" in sides(connected.user_ns["trace"])["Aero"]


def test_the_next_load_tells_where_an_autosaved_capture_lies(connected):
    run_cell(connected, "%aero_trace start --autosave 0.1")
    assert eventually(lambda: len(list(Path("recovery").glob("capture-*.json"))) == 2)  # the page's, and this process's
    connected.user_ns["page"].close()  # as a crash of the kernel would: nobody stopped the capture
    run_cell(connected, "trace = %aero_trace stop", fails=BrowserError)
    shown = run_cell(connected, "%reload_ext aero_nb")
    (recovered,) = Path("recovery").glob("recovered-*.json")
    assert f"{recovered} (the page)" in shown
    assert "frame" in span_names(load(recovered))


def kill_browser(page):
    """End the page's browser as the system would, and wait until the page knows."""
    for process in running_on(profile_of(page)):
        with suppress(psutil.Error):  # its helpers end with it
            command = " ".join(process.cmdline())
            if "--type=" not in command and "guard.py" not in command:
                process.kill()
    assert eventually(lambda: page.gone is not None)


def test_a_javascript_cell_shows_what_the_page_said_during_it_and_not_before(connected):
    page = connected.user_ns["page"]
    page.evaluate("console.log('between the cells'); 0")
    assert eventually(lambda: any("between the cells" in str(line) for line in page.console))
    shown = run_cell(connected, "%%aero_js\nconsole.log('in the cell'); 0")
    assert "in the cell" in shown
    assert "between the cells" not in shown
