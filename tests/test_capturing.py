"""capture(): one start-to-stop run of Sources."""

import pytest

import aero_nb
from aero_nb import Capture, CaptureError, TraceFormatError, capture, perf
from aero_nb.sources import ReplaySource, Source


def export(*spans, process="Python", start_us=0):
    """A small recording in the recorder's format, as bytes."""
    import orjson

    events = [
        {"ph": "M", "name": "process_name", "pid": 1, "tid": 0, "ts": 0, "args": {"name": process}},
        {"ph": "M", "name": "thread_name", "pid": 1, "tid": 1, "ts": 0, "args": {"name": "Main"}},
    ]
    for name, ts, dur in spans:
        events.append({"ph": "X", "name": name, "pid": 1, "tid": 1, "ts": ts, "dur": dur})
    return orjson.dumps({"traceEvents": events, "otherData": {"aero": {"startTimeEpochUs": start_us}}})


class Page(ReplaySource):
    """A source with faults of its own: raises ``faults[method]`` where that is set, once."""

    def __init__(self, data=b"", **faults):
        super().__init__(data)
        self.calls = []
        self.faults = faults

    def _call(self, name):
        self.calls.append(name)
        if name in self.faults:
            raise self.faults.pop(name)

    def start(self):
        self._call("start")

    def export(self):
        self._call("export")
        return super().export()

    def stop(self):
        self._call("stop")
        return super().stop()


def test_perf_and_a_replay_are_sources():
    assert isinstance(perf, Source)
    assert isinstance(ReplaySource(b""), Source)


def test_without_a_source_this_process_is_recorded():
    with capture() as run:
        assert run.running
        with perf.span("work"):
            pass
    assert not run.running
    assert not perf.trace_enabled
    assert list(run.trace.spans["name"]) == ["work"]
    assert run.trace is run.trace
    assert run.duration_s > 0


def test_the_bytes_of_a_source_are_kept_verbatim():
    data = export(("a", 1, 2)) + b"  \n"
    with capture(ReplaySource(data)) as run:
        pass
    assert run.parts[0].data == data
    assert run.trace.to_bytes() == data


def test_an_exception_in_the_block_goes_on_and_the_capture_is_kept():
    with pytest.raises(ZeroDivisionError), capture() as run, perf.span("work"):
        1 / 0  # noqa: B018
    assert list(run.trace.spans["name"]) == ["work"]


def test_export_gives_what_there_is_while_the_recording_goes_on():
    with capture() as run:
        with perf.span("first"):
            pass
        so_far = run.export()
        with perf.span("second"):
            pass
    assert list(so_far.spans["name"]) == ["first"]
    assert list(run.trace.spans["name"]) == ["first", "second"]


def test_several_sources_become_one_trace_with_a_process_each():
    page = ReplaySource(export(("frame", 5, 10), process="Aero"))
    with capture(page, perf) as run, perf.span("work"):
        pass
    spans = run.trace.spans
    assert dict(zip(spans["name"], spans["process"], strict=True)) == {"frame": "Aero", "work": "Python"}
    assert spans["pid"].nunique() == 2


def test_clocks_are_brought_together_by_the_offset_that_a_source_measured():
    class Late(ReplaySource):
        def clock_offset_us(self):
            return 1_000.0  # its clock is 1 ms ahead of ours

    start_us = 1_700_000_000_000_000
    here = ReplaySource(export(("here", 0, 1), start_us=start_us))
    there = Late(export(("there", 0, 1), start_us=start_us + 1_500))
    with capture(here, there) as run:
        pass
    spans = run.trace.spans.set_index("name")
    assert spans.loc["there", "ts_us"] - spans.loc["here", "ts_us"] == 500


def test_a_clock_that_cannot_be_measured_does_not_stop_the_capture():
    class Deaf(ReplaySource):
        def clock_offset_us(self):
            raise CaptureError("no answer")

    with capture(Deaf(export(("a", 0, 1)))) as run:
        pass
    assert len(run.trace.spans) == 1


def test_a_source_that_fails_to_stop_is_raised_when_the_trace_is_asked_for():
    page = Page(stop=CaptureError("the page crashed"))
    with capture(page, perf) as run, perf.span("work"):
        pass
    assert not perf.trace_enabled
    for _ in range(2):
        with pytest.raises(CaptureError, match="the page crashed") as caught:
            _ = run.trace
    assert "partial_trace()" in "".join(caught.value.__notes__)
    assert list(run.partial_trace().spans["name"]) == ["work"]


def test_what_a_failing_source_had_exported_before_is_kept():
    page = Page(export(("frame", 1, 2)), stop=CaptureError("the page crashed"))
    with capture(page) as run:
        run.export()
    with pytest.raises(CaptureError, match="the page crashed"):
        _ = run.trace
    assert list(run.partial_trace().spans["name"]) == ["frame"]


def test_a_source_that_fails_to_start_leaves_none_recording():
    page = Page(start=CaptureError("no page"))
    run = capture(perf, page)
    with pytest.raises(CaptureError, match="no page"), run:
        pytest.fail("the block must not run")
    assert not perf.trace_enabled
    assert not run.running
    assert page.calls == ["start", "stop"]
    with capture(), capture(page):
        pass


def test_an_interrupted_start_leaves_none_recording():
    class Half(ReplaySource):
        def start(self):
            perf.start()
            raise KeyboardInterrupt

        def stop(self):
            return perf.stop()

    with pytest.raises(KeyboardInterrupt), capture(Half(b"")):
        pytest.fail("the block must not run")
    assert not perf.trace_enabled


def test_an_interrupt_while_stopping_loses_nothing():
    page = Page(export(("frame", 1, 2)), stop=KeyboardInterrupt())
    run = capture(page, perf)
    run.start()
    with perf.span("work"):
        pass
    with pytest.raises(KeyboardInterrupt):
        run.stop()
    assert run.running
    run.stop()
    assert set(run.trace.spans["name"]) == {"frame", "work"}


def test_bytes_that_are_no_trace_are_told_and_kept():
    with capture(ReplaySource(b"<html>")) as run:
        pass
    with pytest.raises(TraceFormatError):
        _ = run.trace
    assert run.parts[0].data == b"<html>"


def test_nothing_at_all_is_an_error_that_says_so():
    with capture(Page(stop=CaptureError("gone"))) as run:
        pass
    with pytest.raises(CaptureError, match="nothing was recorded"):
        run.partial_trace()


def test_the_trace_of_a_running_capture_is_refused():
    with capture() as run, pytest.raises(CaptureError, match="still running"):
        _ = run.trace


def test_a_source_is_not_recorded_twice_at_once():
    page = Page(export(("frame", 1, 2)))
    with capture(page) as run:
        with pytest.raises(CaptureError, match="being recorded already"), capture(page):
            pass
        assert page.calls == ["start"]
    assert list(run.trace.spans["name"]) == ["frame"]


def test_a_recorder_started_by_hand_is_not_wiped():
    perf.trace_start()
    with perf.span("by hand"):
        pass
    with pytest.raises(CaptureError, match="being recorded already"), capture():
        pass
    perf.trace_stop()
    assert "by hand" in perf.export_trace(as_string=True)


@pytest.mark.parametrize("by_hand", [perf.trace_start, perf.trace_stop, perf.stop, perf.start])
def test_a_recorder_that_is_started_or_stopped_by_hand_in_a_capture_says_so(by_hand):
    with capture() as run:
        with perf.span("before"):
            pass
        by_hand()
        with perf.span("after"):
            pass
    with pytest.raises(CaptureError, match="this process was stopped or started again by hand"):
        _ = run.trace
    kept = "after" if "start" in by_hand.__name__ else "before"
    assert list(run.partial_trace().spans["name"]) == [kept]


class Streamed(ReplaySource):
    """A source that can be started in two ways, and keeps how it was."""

    start_options = ("stream", "boot")
    label = "the other emulator"

    def start(self, **options):
        self.started = options


def test_each_option_goes_to_the_sources_that_declare_it():
    other, plain = Streamed(export(("frame", 1, 2))), ReplaySource(export(("frame", 1, 2)))
    records = perf.records
    try:
        with capture(other, perf, plain, boot=True, stream=None, records=123):
            assert other.started == {"boot": True}
            assert perf.records == 123
    finally:
        perf.start(records=records)
        perf.stop()


def test_an_option_that_no_source_takes_is_refused_by_name():
    for options in ({"boot": True}, {"steam": 1.0}):
        with pytest.raises(TypeError, match=rf"found {next(iter(options))}=.*: not for this process$"):
            capture(**options)
    with pytest.raises(TypeError, match=r"found records=9: not for the other emulator and <.*ReplaySource"):
        capture(Streamed(b""), ReplaySource(b""), records=9)
    with capture(ReplaySource(export(("frame", 1, 2))), stream=None, boot=False) as run:
        pass
    assert len(run.trace.spans) == 1


def test_what_a_capture_keeps_safe_lies_on_disk_until_it_is_handed_over(tmp_path, monkeypatch):
    monkeypatch.setenv("AERO_NB_RECOVERY", str(tmp_path))
    with capture(stream=1.0, autosave=3600.0, records=100) as run:
        assert sorted(path.name.rpartition("-0-")[2] for path in tmp_path.glob("*.lock")) == [
            "python-stream.lock",
            "python.lock",
        ]
        for _ in range(50):
            perf.instant("tick")
    assert [path.name.rpartition("-0-")[2] for path in tmp_path.glob("*.lock")] == ["python-stream.lock"]
    assert perf.export() == run.parts[0].data  # the recorder's own export still is the whole stream
    perf.start(records=32_768)  # forgets it
    perf.stop()
    assert list(tmp_path.iterdir()) == []
    assert (run.trace.instants["name"] == "tick").sum() == 50


def test_nothing_is_left_where_nothing_can_be_kept(tmp_path, monkeypatch):
    occupied = tmp_path / "a file"
    occupied.write_text("")
    monkeypatch.setenv("AERO_NB_RECOVERY", str(occupied))
    for options in ({"stream": 1.0}, {"autosave": 1.0}, {"stream": 0}, {"autosave": float("nan")}):
        with pytest.raises(CaptureError, match="expected"):
            perf.start(**options)
        assert not perf.trace_enabled


def test_a_capture_runs_once():
    run = capture()
    with run:
        pass
    with pytest.raises(CaptureError, match="runs once"):
        run.start()


def test_a_capture_without_a_source_is_refused():
    with pytest.raises(ValueError, match="at least one Source"):
        Capture()


def test_capturing_loads_neither_pandas_nor_ipython_before_a_trace_is_asked_for():
    import subprocess
    import sys

    code = (
        "import sys, aero_nb\n"
        "with aero_nb.capture() as run: pass\n"
        "print([name for name in ('pandas', 'plotly', 'IPython', 'ipywidgets') if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
    assert callable(aero_nb.capture)
