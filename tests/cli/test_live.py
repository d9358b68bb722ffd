"""``aero-nb live`` as a shell runs it: watched in a real browser, interrupted, and its trace exact."""

import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest

from aero_nb import load
from aero_nb.cli import main
from tests.support.aero_site import AeroSite

LIVE = "document.querySelector('.aero-live')"
PIXELS = f"(() => {LIVE}.querySelector('.aero-live-scroller canvas').toDataURL())()"
PROGRAM = """
import sys, time
from pathlib import Path
from aero_nb import perf
number = 0
while not Path("stop").exists() or number < 50:
    with perf.span("frame"), perf.span("step"):
        time.sleep(0.002)
    number += 1
    perf.counter("frames", number)
print(number)
"""


@contextmanager
def watching(folder, *arguments, **environment):
    """``aero-nb live`` in a process group of its own; yields it and the address of its page."""
    command = [sys.executable, "-m", "aero_nb", "live", *map(str, arguments), "--no-open"]
    with subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as watch:
        try:
            said = []
            while "Ctrl-C" not in (line := watch.stdout.readline()):
                assert line, watch.stderr.read()
                said.append(line)
            yield watch, re.search(r"live at (\S+)", "".join(said))[1], "".join(said)
        finally:
            if watch.poll() is None:
                os.killpg(watch.pid, signal.SIGKILL)


def interrupt(watch):
    """Press Ctrl-C: the whole process group is told; return what is said then."""
    os.killpg(watch.pid, signal.SIGINT)
    out, errors = watch.communicate(timeout=300)
    assert "Traceback" not in errors
    return out


@contextmanager
def a_program(folder):
    (folder / "program.py").write_text(PROGRAM)
    environment = {**os.environ, "AERO_TRACE": "1", "AERO_TRACE_FOLDER": "traces"}
    with subprocess.Popen(
        [sys.executable, "program.py"], cwd=folder, env=environment, stdout=subprocess.PIPE, text=True
    ) as program:
        try:
            yield program
        finally:
            (folder / "stop").touch()
            program.wait()


def test_a_script_is_recorded_exactly_and_saved_by_ctrl_c(tmp_path):
    (tmp_path / "traces").mkdir()
    (tmp_path / "stop").touch()
    with watching(tmp_path, "traces", "-o", "out.json.gz") as (watch, _, said):
        assert "nothing records there yet; start AERO_TRACE=1 AERO_TRACE_FOLDER=traces python SCRIPT" in said
        (tmp_path / "stop").unlink()
        with a_program(tmp_path) as program:
            while not list((tmp_path / "traces").glob("*/*/1/0*")):
                pass
            (tmp_path / "stop").touch()
            number = int(program.communicate()[0])
        out = interrupt(watch)
        assert watch.returncode == 0
    trace = load(tmp_path / "out.json.gz")
    assert trace.spans["name"].value_counts().to_dict() == {"frame": number, "step": number}
    assert trace.counters["value"].tolist() == list(range(1, number + 1))
    assert f"saved out.json.gz: {2 * number} spans" in out.replace(",", "")
    # Its command line is told while it lives: on a slow machine it has ended by the first look.
    assert re.fullmatch(r"program(\.py)? \d+", trace.tracks["process"].iloc[0])
    assert list((tmp_path / "traces").iterdir()) == []


def test_it_ends_with_the_programs_that_it_saw(tmp_path):
    (tmp_path / "traces").mkdir()
    code = "from aero_nb import perf\nperf.counter('a', 1)"
    with watching(tmp_path, "traces", "--once") as (watch, _, _):
        environment = {**os.environ, "AERO_TRACE": "1", "AERO_TRACE_FOLDER": "traces"}
        for _ in range(2):
            subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, check=True)
        out, _ = watch.communicate(timeout=300)
        assert watch.returncode == 0
    assert "the programs have ended; saved trace.json" in out
    assert len(load(tmp_path / "trace.json").counters) in (1, 2)  # it may have ended between the two


def test_where_nothing_was_recorded_nothing_is_saved(tmp_path):
    (tmp_path / "traces").mkdir()
    with watching(tmp_path, "traces") as (watch, _, _):
        os.killpg(watch.pid, signal.SIGTERM)
        _, errors = watch.communicate(timeout=300)
        assert watch.returncode == 65
    assert "found that nothing was recorded" in errors
    assert not (tmp_path / "trace.json").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["nowhere"], 66, "found no folder at nowhere"),
        (["."], 73, "there is no folder"),
        ([".", "--rate", "0"], 64, "expected a rate"),
        ([".", "--mark-when", "frames"], 64, "expected"),
        ([".", "--port", "70000"], 64, "expected the number of a port"),
        (["http://127.0.0.1:9/", "--cdp", "http://127.0.0.1:9"], 65, "127.0.0.1:9"),
    ],
)
def test_what_cannot_be_is_said_before_anything_starts(tmp_path, monkeypatch, capsys, arguments, code, said):
    monkeypatch.chdir(tmp_path)
    output = "missing/out.json" if code == 73 else "out.json"
    if "--cdp" in arguments:
        pytest.importorskip("playwright")
    try:
        found = main(["live", *arguments, "-o", output, "--no-open"])
    except SystemExit as ended:
        found = ended.code
    assert found == code
    assert said in capsys.readouterr().err


@pytest.mark.browser
def test_pixels_move_in_each_tab_marks_are_shared_and_the_timeline_follows(tmp_path, page):
    (tmp_path / "traces").mkdir()
    errors = []
    with a_program(tmp_path) as program, watching(tmp_path, "traces", "--seconds", "1") as (watch, url, _):
        other = page.context.new_page()
        for tab in (page, other):
            tab.on("pageerror", lambda error: errors.append(str(error)))
            tab.goto(url)
            tab.wait_for_function(f"() => {LIVE}?.aeroLiveStore?.numbers?.fps > 0")
            before = tab.evaluate(PIXELS)
            tab.wait_for_function(f"(before) => {PIXELS} !== before", arg=before)
        page.bring_to_front()
        page.locator(".aero-live").focus()
        page.keyboard.press("m")
        other.wait_for_function(f"() => {LIVE}.aeroLive.marked === 1")
        page.reload()
        page.wait_for_function(f"() => {LIVE}?.aeroLiveStore?.numbers?.fps > 0 && {LIVE}.aeroLive.marked === 1")
        assert page.evaluate(f"() => {LIVE}.aeroLiveStore.names.includes('frame')")
        page.wait_for_function(f"() => {LIVE}.aeroLiveStore.now > 2e9")
        page.locator(".aero-live").focus()
        for key in (" ", "w", "w", "w"):
            page.keyboard.press(key)
        window = page.evaluate(f"() => {LIVE}.aeroLive.inSight")
        with other.expect_event("crash"), pytest.raises(Exception, match="chrome://crash"):
            other.goto("chrome://crash")  # and the view goes on
        os.killpg(watch.pid, signal.SIGINT)
        page.wait_for_function("() => document.querySelector('.aero-timeline')?.aeroTimeline?.axis.ready")
        assert "saved trace.json" in page.title()
        out, _ = watch.communicate(timeout=300)
        assert watch.returncode == 0
        assert "stopped; saved trace.json" in out
        assert program.poll() is None, "what was watched goes on"
    trace = load(tmp_path / "trace.json")
    assert trace.tracks["process"].iloc[0].startswith("program.py ")
    (note,) = trace.metadata["otherData"]["aero_nb"]["notes"]
    assert note["text"] == "mark 1"
    state = "document.querySelector('.aero-timeline').aeroTimeline.state"
    shown = page.evaluate(f"() => {state}.toUs({state}.view.t1) - {state}.toUs({state}.view.t0)")
    assert shown == pytest.approx((window[1] - window[0]) / 1000, rel=0.01)
    assert errors == []


@pytest.mark.browser
def test_a_page_is_watched_and_saved_by_ctrl_c(tmp_path, page):
    with AeroSite() as site, watching(tmp_path, site.url, "--headless") as (watch, url, _):
        page.goto(url)
        page.wait_for_function(f"() => {LIVE}?.aeroLiveStore?.numbers?.fps > 0")
        assert page.evaluate(f"() => {LIVE}.aeroLiveStore.lanes[0].head.name") == "page: frames"
        before = page.evaluate(PIXELS)
        page.wait_for_function(f"(before) => {PIXELS} !== before", arg=before)
        assert "stopped; saved trace.json" in interrupt(watch)
        assert watch.returncode == 0
    assert len(load(tmp_path / "trace.json").tracks) > 1, "the page and its workers"


@pytest.mark.browser
def test_a_page_that_is_gone_ends_it_and_what_came_is_saved(tmp_path, page):
    psutil = pytest.importorskip("psutil")
    with AeroSite() as site, watching(tmp_path, site.url, "--headless", "--stream", "0.1") as (watch, url, _):
        page.goto(url)
        page.wait_for_function(f"() => {LIVE}?.aeroLiveStore?.lanes.length > 1")
        browsers = [
            child
            for child in psutil.Process(watch.pid).children(recursive=True)
            if "--headless" in str(child.cmdline())
        ]
        for browser in browsers:
            browser.kill()
        out, errors = watch.communicate(timeout=300)
        assert watch.returncode == 0, errors
    assert "saved trace.json" in out
    assert len(load(tmp_path / "trace.json").tracks) > 1
