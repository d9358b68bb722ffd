"""``aero-nb`` as a shell runs it."""

import gzip
import shlex
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from aero_nb import Recorder, load
from aero_nb.cli import main
from tests.support.commands import run_aero_nb
from tests.support.shared import SHARED, needs_shared


@pytest.fixture
def trace(tmp_path):
    """A small recording of ours, in a file."""
    recorder = Recorder(clock_ns=iter(range(0, 10**9, 1_000)).__next__)
    recorder.trace_start()
    with recorder.span("frame"), recorder.span("render"):
        pass
    recorder.span_begin("left open")
    path = tmp_path / "trace.json"
    path.write_bytes(recorder.stop())
    return path


def test_the_console_script_and_the_module_are_the_same_command(trace):
    script = Path(sys.executable).with_name("aero-nb")
    if not script.exists():
        pytest.skip("aero_nb is not installed with its console script here")
    shown = subprocess.run([script, "summary", trace], capture_output=True, text=True, check=True).stdout
    assert shown == run_aero_nb("summary", trace, check=True).stdout
    assert "render" in shown


def test_summary_tells_where_the_time_went_and_what_is_lacking(trace, capsys):
    assert main(["summary", str(trace)]) == 0
    shown = capsys.readouterr().out
    for text in ("frame", "render", "total_us", "unfinished_spans", "Main"):
        assert text in shown


def test_summary_shows_as_many_rows_as_asked_for(trace, capsys):
    main(["summary", str(trace), "--rows", "1"])
    assert "more (--rows)" in capsys.readouterr().out


def test_summary_for_machines_is_json(trace, capsys):
    assert main(["summary", str(trace), "--json"]) == 0
    document = orjson.loads(capsys.readouterr().out)
    rows = {row["name"]: row for row in document["spans"]}
    spans = load(trace).spans.set_index("name")
    assert rows["render"]["total_us"] == spans.loc["render", "dur_us"]
    assert document["losses"][0]["unfinished_spans"] == 1


def test_names_of_a_trace_cannot_play_tricks_on_the_terminal(tmp_path, capsys):
    events = [{"ph": "X", "name": "\x1b[31mred\x07", "ts": 0, "dur": 1, "pid": 1, "tid": 1}]
    path = tmp_path / "evil.json"
    path.write_bytes(orjson.dumps(events))
    assert main(["summary", str(path)]) == 0
    shown = capsys.readouterr().out
    assert "red" in shown
    assert "\x1b" not in shown


def test_convert_writes_the_format_of_the_suffix(trace, tmp_path):
    assert main(["convert", str(trace), str(tmp_path / "out.json.gz")]) == 0
    assert gzip.decompress((tmp_path / "out.json.gz").read_bytes()) == trace.read_bytes()


def test_report_writes_a_page(trace, tmp_path):
    assert main(["report", str(trace), "-o", str(tmp_path / "report.html")]) == 0
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "Where the time went" in page
    assert "<title>Timeline: 3 spans" in page


@pytest.mark.parametrize(
    "arguments",
    [[], ["no-such-command"], ["summary"], ["summary", "a", "b"], ["report", "a", "b"], ["summary", "a", "-n", "x"]],
)
def test_a_usage_error_exits_64(arguments, capsys):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 64
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "usage:" in shown.err


def test_help_exits_0(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["--help"])
    assert caught.value.code == 0
    shown = capsys.readouterr().out
    for command in ("summary", "convert", "report", "record"):
        assert command in shown


def test_a_file_that_is_no_trace_exits_65(tmp_path, capsys):
    (tmp_path / "page.html").write_text("<html>")
    assert main(["summary", str(tmp_path / "page.html")]) == 65
    assert capsys.readouterr().err.startswith("aero-nb: ")


@pytest.mark.parametrize("name", ["missing.json", "missing/missing.json"])
def test_a_file_that_cannot_be_opened_exits_66(tmp_path, capsys, name):
    assert main(["summary", str(tmp_path / name)]) == 66
    shown = capsys.readouterr().err
    assert "missing" in shown
    assert "Traceback" not in shown


def test_an_output_that_cannot_be_written_exits_73(trace, tmp_path, capsys):
    assert main(["convert", str(trace), str(tmp_path / "nowhere" / "out.json")]) == 73
    assert "nowhere" in capsys.readouterr().err


def test_what_nobody_expected_exits_70_with_its_traceback(trace, monkeypatch, capsys):
    monkeypatch.setattr("aero_nb.trace.Trace.save", lambda *_: 1 / 0)
    assert main(["convert", str(trace), "out.json"]) == 70
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_a_reader_that_has_seen_enough_is_no_error(trace):
    summary = shlex.join([sys.executable, "-m", "aero_nb", "summary", str(trace), "--json"])
    code = f"{summary} | head -c 1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", code], capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stderr) == (0, "")


def recording(path, *durations_ms):
    """Write a trace with a span ``frame`` for each duration; return its path."""
    ticks = [0, 0]
    for duration in durations_ms:
        ticks += [ticks[-1] + 1_000, ticks[-1] + 1_000 + round(duration * 1e6)]
    events = [
        {"ph": ph, "name": "frame", "ts": tick / 1000, "pid": 1, "tid": 1}
        for tick, ph in zip(ticks[2:], "BE" * len(durations_ms), strict=True)
    ]
    path.write_bytes(orjson.dumps({"traceEvents": events}))
    return path


NO_METRICS = '{"schemaVersion": 1, "profiles": {"pr-smoke": {"trace": {}}}}'
NO_NUMBER = NO_METRICS.replace("{}", '{"metrics": {"fps": {"better": "higher", "maxRegressionPct": "15%"}}}')


def thresholds(path, *, limit=0.15):
    rules = {"span.frame.p95_ms": {"better": "lower", "maxRegressionPct": limit}}
    path.write_bytes(orjson.dumps({"schemaVersion": 1, "profiles": {"pr-smoke": {"trace": {"metrics": rules}}}}))
    return str(path)


@pytest.mark.parametrize(("candidate_ms", "outcome", "code"), [(10.0, "pass", 0), (12.0, "regression", 1)])
def test_compare_exits_with_aeros_verdict(tmp_path, capsys, candidate_ms, outcome, code):
    base = recording(tmp_path / "base.json", 10, 10, 10)
    candidate = recording(tmp_path / "candidate.json", *[candidate_ms] * 3)
    limits = thresholds(tmp_path / "thresholds.json")
    assert main(["compare", str(base), str(candidate), "--thresholds", limits]) == code
    assert capsys.readouterr().out.startswith(f"{outcome} (profile pr-smoke, suite trace)")


def test_a_metric_that_is_missing_is_unstable(tmp_path, capsys):
    base = recording(tmp_path / "base.json", 10)
    (tmp_path / "empty.json").write_bytes(b'{"traceEvents": []}')
    limits = thresholds(tmp_path / "thresholds.json")
    assert main(["compare", str(base), str(tmp_path / "empty.json"), "--thresholds", limits]) == 2
    assert "missing" in capsys.readouterr().out


def test_compare_without_thresholds_tells_what_differs_and_exits_0(tmp_path, capsys):
    base = recording(tmp_path / "base.json", 10)
    candidate = recording(tmp_path / "candidate.json", 30)
    assert main(["compare", str(base), str(candidate), "--json"]) == 0
    document = orjson.loads(capsys.readouterr().out)
    (frame,) = [row for row in document["rows"] if (row["kind"], row["name"]) == ("span", "frame")]
    assert frame["ratio"] == 3.0


def test_compare_takes_folders_of_runs(tmp_path, capsys):
    for side in ("base", "candidate"):
        (tmp_path / side).mkdir()
        for run_number in range(3):
            recording(tmp_path / side / f"{run_number}.json", 10 + run_number)
    assert main(["compare", str(tmp_path / "base"), str(tmp_path / "candidate")]) == 0
    assert "3 against 3 runs" in capsys.readouterr().out
    (tmp_path / "none").mkdir()
    assert main(["compare", str(tmp_path / "base"), str(tmp_path / "none")]) == 66


@pytest.mark.parametrize(
    ("suffix", "row"),
    [
        (
            "html",
            "<td align=left>&lt;b&gt;|<td align=left>self<td align=left>ms<td align=right>10.00<td align=right>30.00",
        ),
        ("md", "| <b>\\| | self | ms | 10.00 | 30.00 |"),
        ("json", '"name": "<b>|"'),
    ],
)
def test_compare_writes_a_report_in_which_names_are_only_names(tmp_path, capsys, suffix, row):
    for name, duration_us in (("base", 10_000), ("candidate", 30_000)):
        event = {"ph": "X", "name": "<b>|", "ts": 0, "dur": duration_us, "pid": 1, "tid": 1}
        (tmp_path / f"{name}.json").write_bytes(orjson.dumps([event]))
    report = tmp_path / f"report.{suffix}"
    assert main(["compare", str(tmp_path / "base.json"), str(tmp_path / "candidate.json"), "-o", str(report)]) == 0
    assert row in report.read_text(encoding="utf-8")


def test_compare_refuses_a_report_of_an_unknown_kind(tmp_path, capsys):
    with pytest.raises(SystemExit) as caught:
        main(["compare", "a.json", "b.json", "-o", "report.pdf"])
    assert caught.value.code == 64
    assert "expected a .html, .md or .json file" in capsys.readouterr().err


@needs_shared
def test_compare_judges_aeros_own_summaries(tmp_path, capsys):
    aero = SHARED / "traces" / "aero"
    limits = str(aero / "perf_thresholds.json")
    summary = str(aero / "run_summary.json")
    assert main(["compare", summary, summary, "--thresholds", limits]) in (0, 2)
    assert "suite browser" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (
            ["convert", "trace.json", "trace.txt"],
            "ends in .json, .json.gz, .parquet, .speedscope.json or .collapsed, found 'trace.txt'",
        ),
        (["report", "trace.json", "-o", "report.pdf"], "ends in .html, .md or .json, found 'report.pdf'"),
        (["summary", "trace.json", "--rows", "-5"], "expected a number of rows, found '-5'"),
        (["compare", "trace.json", "trace.json", "--rows", "few"], "expected a number of rows, found 'few'"),
        (["compare", "trace.json", "trace.json", "--profile", "nightly"], "tell it with --thresholds FILE"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_an_argument_that_cannot_be_meant_is_a_usage_error(trace, capsys, monkeypatch, command, said):
    monkeypatch.chdir(trace.parent)
    with pytest.raises(SystemExit) as caught:
        main(command)
    assert caught.value.code == 64
    assert said in capsys.readouterr().err
    assert sorted(path.name for path in trace.parent.iterdir()) == ["trace.json"]


def test_summary_says_what_share_of_the_time_is_affected(tmp_path, capsys):
    events = [{"ph": "B", "name": "never ends", "ts": 0, "pid": 1, "tid": 1}]
    events += [{"ph": "X", "name": "work", "ts": 0, "dur": 30, "pid": 1, "tid": 2}]
    events += [{"ph": "i", "name": "last", "ts": 10, "pid": 1, "tid": 1}]
    (tmp_path / "affected.json").write_bytes(orjson.dumps(events))
    assert main(["summary", str(tmp_path / "affected.json")]) == 0
    shown = capsys.readouterr().out
    assert "% of this time is affected by lost or repaired data" in shown
    assert "never ends" in shown


@pytest.mark.parametrize("wrong", ["{", "[]", '{"schemaVersion": 2}', NO_METRICS, NO_NUMBER])
def test_a_thresholds_file_that_is_none_exits_65(trace, tmp_path, capsys, wrong):
    (tmp_path / "thresholds.json").write_text(wrong)
    assert main(["compare", str(trace), str(trace), "--thresholds", str(tmp_path / "thresholds.json")]) == 65
    assert main(["compare", str(trace), str(trace), "--thresholds", str(tmp_path / "missing.json")]) == 66
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.slow
def test_a_store_is_filled_and_asked_from_the_shell(tmp_path, capsys):
    pytest.importorskip("dask", reason="needs pip install 'aero-nb[fleet]'")
    store = str(tmp_path / "store")
    assert main(["store", "runs", store]) == 66
    assert not Path(store).exists()
    for commit, duration_ms in (("aaa", 10), ("bbb", 20)):
        files = [str(recording(tmp_path / f"{commit}{n}.json", duration_ms + n / 10)) for n in range(2)]
        assert main(["store", "add", store, *files, "-l", f"commit={commit}", "-l", f"date={commit}"]) == 0
        assert capsys.readouterr().out.startswith("2 ok")
    assert main(["store", "runs", store]) == 0
    assert capsys.readouterr().out.startswith("4 runs")
    assert main(["store", "trend", store, "frame", "--statistic", "p50", "--json"]) == 0
    rows = orjson.loads(capsys.readouterr().out)["rows"]
    assert [row["value"] for row in rows] == [10_000, 10_100, 20_000, 20_100]
    assert main(["store", "compare", store, "commit=aaa", "commit == 'bbb'", "--json"]) == 0
    (frame,) = [row for row in orjson.loads(capsys.readouterr().out)["rows"] if row["kind"] == "span"]
    assert frame["ratio"] == pytest.approx(20.05 / 10.05)
    assert main(["store", "verify", store]) == 0
    assert capsys.readouterr().out.startswith("0 problems")


@pytest.mark.slow
def test_what_is_wrong_with_a_question_to_a_store_is_a_sentence(tmp_path, capsys):
    pytest.importorskip("dask", reason="needs pip install 'aero-nb[fleet]'")
    store = str(tmp_path / "store")
    (tmp_path / "bad.json").write_text("{")
    assert main(["store", "add", store, str(tmp_path / "bad.json")]) == 65
    assert "failed" in capsys.readouterr().out
    questions = [
        ["add", store, "x.json", "-l", "nothing"],
        ["trend", store, "frame", "--statistic", "p12"],
        ["trend", store, "frame", "--over", "nothing"],
        ["compare", store, "commit=a", "commit=b"],
        ["compare", store, "commit ==", "commit=b"],
        ["compare", store, "nothing == 1", "commit=b"],
    ]
    for question in questions:
        assert main(["store", *question]) == 65, question
        assert "Traceback" not in capsys.readouterr().err


def test_summary_names_a_thread_that_did_not_answer_though_nothing_else_is_known_of_it(tmp_path, capsys):
    path = tmp_path / "trace.json"
    names = [{"ph": "M", "name": "thread_name", "pid": 1, "tid": n, "args": {"name": f"lane {n}"}} for n in (1, 2)]
    lanes = [{"pid": 1, "tid": 2, "export_timed_out": True}]
    events = [*names, {"ph": "X", "name": "frame", "ts": 0, "dur": 1, "pid": 1, "tid": 1}]
    events.append({"ph": "X", "name": "step", "ts": 0, "dur": 1, "pid": 1, "tid": 2})
    path.write_bytes(orjson.dumps({"traceEvents": events, "otherData": {"aero_nb": {"lanes": lanes}}}))
    assert main(["summary", str(path), "--json"]) == 0
    losses = orjson.loads(capsys.readouterr().out)["losses"]
    assert [(row["thread"], row["export_timed_out"]) for row in losses] == [("lane 2", True)]


def test_a_folder_of_parquet_files_is_one_run(trace, tmp_path, capsys):
    folder = tmp_path / "run.parquet"
    assert main(["convert", str(trace), str(folder)]) == 0
    assert main(["compare", str(folder), str(folder), "--json"]) == 0
    rows = orjson.loads(capsys.readouterr().out)["rows"]
    assert {row["name"] for row in rows if row["kind"] == "span"} >= {"frame", "render"}


def test_compare_writes_a_report(tmp_path, capsys):
    events = [{"ph": "X", "name": "frame", "ts": number * 10, "dur": 5, "pid": 1, "tid": 1} for number in range(5)]
    for name, scale in (("base", 1), ("candidate", 2)):
        told = [{**event, "dur": event["dur"] * scale} for event in events]
        (tmp_path / f"{name}.json").write_bytes(orjson.dumps(told))
    out = tmp_path / "report.md"
    assert main(["compare", str(tmp_path / "base.json"), str(tmp_path / "candidate.json"), "--report", str(out)]) == 0
    assert "candidate.json against base.json" in out.read_text()
    assert "## Where it moved" in out.read_text()
    assert "1 against 1 runs" in capsys.readouterr().out
