"""Sampling this process: what runs is seen, what waits is idle, nothing is left behind."""

import json
import sys
import threading

import pytest

import aero_nb
from aero_nb import Sampler, Trace
from aero_nb.sources.base import Source
from tests.support.profiles import stacks_of


def spin(sampler, samples):
    """Compute until there are so many more samples of each thread."""
    until = sampler.samples + samples * threading.active_count()
    total = 0
    while sampler.samples < until:
        total += sum(range(200))
    return total


def work(sampler):
    return spin(sampler, 60)


def test_what_runs_is_seen_with_its_callers_beside_the_recorders_spans():
    sampler = Sampler(500)
    assert isinstance(sampler, Source)
    asked = threading.Event()
    waiting = threading.Thread(target=asked.wait, name="waiting")
    waiting.start()
    try:
        with aero_nb.capture(aero_nb.perf, sampler) as run, aero_nb.perf.span("work"):
            work(sampler)
    finally:
        asked.set()
        waiting.join()
    trace = run.trace
    of_main = trace.samples[trace.samples["thread"] == "Main"]
    seen = [path for _, _, path in stacks_of(trace)]
    assert any(path.endswith("work > spin") for path in seen)
    told = trace.stacks.set_index("function").loc[["spin"]].iloc[0]
    assert (told["file"], told["kind"]) == (__file__, "python")
    assert told["line"] == spin.__code__.co_firstlineno
    span = trace.spans.set_index("name").loc["work"]
    functions = trace.sample_spans().spans
    inside = functions[functions["name"] == "spin"]
    assert len(of_main) > 20
    # Two readings of the wall clock, between which a busy machine may do something else.
    assert inside["ts_us"].min() >= span["ts_us"] - 1e6
    assert "aero_nb sampler" not in set(trace.samples["thread"])
    if sys.platform == "linux":
        idle = trace.stacks["kind"].reindex(trace.samples.loc[trace.samples["thread"] == "waiting", "stack"])
        assert (idle == "idle").mean() > 0.5  # not the first one, of which nothing is known


def test_it_leaves_nothing_behind_and_starts_anew():
    interval = sys.getswitchinterval()
    sampler = Sampler(500)
    assert Trace.from_bytes(sampler.stop()).samples.empty  # never started
    for _ in range(2):
        sampler.start()
        sampler.start()  # harmless
        assert sampler.is_recording
        spin(sampler, 5)
        assert not Trace.from_bytes(sampler.export()).samples.empty  # also while it samples
        data = sampler.stop()
        assert sampler.stop() == data
        assert not sampler.is_recording
        assert sys.getswitchinterval() == interval
        assert "aero_nb sampler" not in {thread.name for thread in threading.enumerate()}
        first = Trace.from_bytes(data).samples["ts_us"].min()
        assert first < 1e6  # counted from this start


def test_two_at_once_give_the_interval_back_whichever_stops_first():
    interval = sys.getswitchinterval()
    for first_to_stop in (0, 1):
        both = [Sampler(200), Sampler(1000)]
        for sampler in both:
            sampler.start()
        assert sys.getswitchinterval() == pytest.approx(0.0005)
        both[first_to_stop].stop()
        assert sys.getswitchinterval() == pytest.approx([0.0005, 0.0025][first_to_stop])
        both[1 - first_to_stop].stop()
        assert sys.getswitchinterval() == interval


def test_a_sampler_whose_look_fails_does_not_say_that_it_records(monkeypatch):
    failed = threading.Event()
    monkeypatch.setattr(threading, "excepthook", lambda _: failed.set())
    sampler = Sampler(500)
    monkeypatch.setattr("aero_nb.recorder.sampler._Looks.look", lambda _: 1 / 0)
    sampler.start()
    assert failed.wait(60)
    sampler._thread.join()
    assert not sampler.is_recording
    assert Trace.from_bytes(sampler.stop()).samples.empty


def test_what_is_beyond_the_most_is_counted(capsys):
    sampler = Sampler(1000, most=10)
    sampler.start()
    while not sampler._looks.lost:
        sum(range(1000))
    trace = Trace.from_bytes(sampler.stop())
    assert len(trace.samples) == 10
    (lost,) = trace.diagnostics.query("code == 'dropped_samples'")["count"]
    assert f"{lost:,} samples were beyond the 10 kept" in capsys.readouterr().err


def test_deep_recursion_is_seen_to_its_end():
    sampler = Sampler(200)
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, 4000))

    def down(levels):
        return spin(sampler, 3) if levels == 0 else down(levels - 1)

    sampler.start()
    try:
        down(2000)
    finally:
        data = sampler.stop()
        sys.setrecursionlimit(limit)
    assert Trace.from_bytes(data).sample_spans().spans["depth"].max() >= 2000


@pytest.mark.parametrize(("options", "message"), [
    ({"hz": 0}, "expected between 0 and 10,000 samples a second, found 0"),
    ({"hz": float("nan")}, "expected between 0 and 10,000"),
    ({"hz": 20_000}, "expected between 0 and 10,000"),
    ({"most": 0}, "expected to keep at least one sample, found 0"),
])  # fmt: skip
def test_what_cannot_be_meant_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        Sampler(**options)


def test_each_thread_tells_only_the_functions_it_was_seen_in():
    sampler = Sampler(500)
    asked = threading.Event()
    waiting = threading.Thread(target=asked.wait, name="waiting")
    sampler.start()
    waiting.start()
    try:
        work(sampler)
    finally:
        asked.set()
        waiting.join()
    events = json.loads(sampler.stop())["traceEvents"]
    names = {event["tid"]: event["args"]["name"] for event in events if event["name"] == "thread_name"}
    chunks = [event for event in events if event["name"] == "ProfileChunk"]
    nodes_of = {names[chunk["tid"]]: chunk["args"]["data"]["cpuProfile"]["nodes"] for chunk in chunks}
    told = {name: [node["callFrame"]["functionName"] for node in nodes] for name, nodes in nodes_of.items()}
    assert "spin" in told["Main"]
    assert "spin" not in told["waiting"]
    assert told["waiting"][0] == "(root)"
