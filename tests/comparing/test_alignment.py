"""Aligned runs: the same guest work at the same place, however fast each host; what cannot be matched is said."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from aero_nb import Trace, align, capture
from aero_nb.comparing.counterparts import mutual_nearest
from aero_nb.demo import Machine
from aero_nb.demo.cpu import HOT_SLICE
from tests.support.guests import guest_run
from tests.support.packed import integers, unpacked


def even(_at: int) -> float:
    return 100.0


def uneven(at: int) -> float:
    return 60.0 + 17 * (at * 7 % 11)


@pytest.fixture(name="pair", scope="module")
def fixture_pair() -> tuple[Trace, Trace]:
    return guest_run(even), guest_run(uneven, start_us=5_000_000.0, pid=33)


@pytest.mark.parametrize("by", ["counter:instructions", "span:slice"])
def test_each_slice_lies_on_its_own(pair: tuple[Trace, Trace], by: str) -> None:
    base, other = pair
    found = align(base, other, by=by)
    slices = [trace.spans[trace.spans["name"] == "slice"]["ts_us"].to_numpy() for trace in pair]
    assert np.allclose(found.to_base(slices[1]), slices[0])
    assert np.allclose(found.from_base(slices[0]), slices[1])
    matched = found.matches()
    assert matched["name"].value_counts().to_dict() == {"slice": 100, "frame": 20, "draw": 20}
    assert matched["start_difference_us"].abs().max() < (
        1e-6 if by.startswith("counter") else 25
    )  # beyond the last frame both are as fast
    of_slices = matched[matched["name"] == "slice"]
    assert of_slices["difference_us"].tolist() == [uneven(at) - 100 for at in range(100)]


def test_how_far_behind_is_the_sum_of_the_differences(pair: tuple[Trace, Trace]) -> None:
    behind = align(*pair, by="counter:instructions").behind()
    wanted = np.append(0, np.cumsum([uneven(at) - 100 for at in range(100)]))
    at_slices = behind.drop_duplicates("x")
    assert at_slices["x"].tolist() == [1000.0 * at for at in range(101)]
    assert np.allclose(at_slices["behind_us"], wanted)


def test_a_stall_at_one_instruction_is_a_step_there() -> None:
    base, other = guest_run(even), guest_run(even, stall_us={40: 7_000.0})
    found = align(base, other, by="counter:instructions")
    behind = found.behind()
    assert behind.loc[behind["x"] < 40_000, "behind_us"].abs().max() == 0
    assert behind.loc[behind["x"] == 40_000, "behind_us"].tolist() == [0, 7_000]
    assert behind.loc[behind["x"] > 40_000, "behind_us"].to_numpy() == pytest.approx(7_000)
    # And the other way round: what the base waits the run is ahead.
    turned = align(other, base, by="counter:instructions").behind()
    assert turned["behind_us"].iloc[-1] == pytest.approx(-7_000)


def test_a_moved_and_a_missing_call_are_not_matched_to_others() -> None:
    base = guest_run(even)
    other = guest_run(uneven, without=lambda name, at: name == "draw" and at == 49)
    matched = align(base, other, by="counter:instructions").matches()
    draws = matched[matched["name"] == "draw"]
    assert len(draws) == 19
    ours = base.spans["name"].iloc[draws["base_span"]].index
    missing = set(base.spans.index[base.spans["name"] == "draw"]) - set(ours)
    assert base.spans["ts_us"].loc[list(missing)].tolist() == [1000 + 100 * 49 + 50]


def test_a_run_that_was_recorded_later_lies_at_its_work(pair: tuple[Trace, Trace]) -> None:
    late = guest_run(uneven, first=30)
    found = align(pair[0], late, by="counter:instructions")
    quality = found.quality.iloc[0]
    assert quality["anchors"] == 71
    assert quality["covered"] == pytest.approx(0.7)
    assert found.unmatched.to_dict("records") == [
        {"run": "candidate", "side": "base", "what": "samples of instructions", "count": 30}
    ]
    assert np.isnan(found.from_base([1000.0]))[0]
    assert "70% of the base" in found.note


def test_where_records_are_missing_the_difference_is_not_known() -> None:
    base, other = guest_run(even), guest_run(even, lost=(50, 60))
    for ours, theirs in ((base, other), (other, base)):
        found = align(ours, theirs, by="counter:instructions")
        behind = found.behind()
        inside = (behind["x"] > 49_000) & (behind["x"] < 60_000)
        assert behind.loc[inside & (behind["x"] > 50_000), "behind_us"].isna().all()
        assert behind.loc[~inside, "behind_us"].notna().all()
        assert found.quality["unknown"].iloc[0] == pytest.approx(0.1, abs=0.011)
        assert "records are missing" in found.note


def test_counters_that_begin_anew_or_wrap_are_told(pair: tuple[Trace, Trace]) -> None:
    again = pair[1].with_metadata({})
    values = again.columns.counters.value
    values[values >= 60_000] -= 60_000  # the guest was started anew
    found = align(pair[0], again, by="counter:instructions")
    assert "began anew 1 times" in found.note


def test_by_milestones_spans_starts_and_pairs(pair: tuple[Trace, Trace]) -> None:
    base, other = pair
    milestones = align(base, other, by="milestones")
    assert milestones.quality["anchors"].iloc[0] == 20
    start = align(base, other)
    assert start.by == "start"
    assert start.to_base(other.spans["ts_us"].iloc[:1]).tolist() == [1000.0]
    pairs = align(base, other, by=[(1000.0, 5_000_000.0), (2000.0, 5_002_000.0)])
    assert pairs.to_base([5_001_000.0]).tolist() == [1500.0]
    one = align(base, other, by=[(1000.0, 5_000_000.0)])
    assert one.matches()["base_span"].is_unique


def test_milestones_in_another_order_are_left_out() -> None:
    base = guest_run(even)
    other = guest_run(even)
    names = other.columns.instants.name
    names[[3, 5]] = names[[5, 3]]
    found = align(base, other, by="milestones")
    assert found.quality["anchors"].iloc[0] < 20
    assert found.unmatched["what"].tolist() == ["milestones in another order"]
    assert found.unmatched["count"].sum() + found.quality["anchors"].iloc[0] == 20


def test_frames_that_one_run_lacks_are_counted(pair: tuple[Trace, Trace]) -> None:
    short = guest_run(uneven, slices=80)
    found = align(pair[0], short, by="span:frame")
    assert found.unmatched.to_dict("records") == [{"run": "candidate", "side": "base", "what": "frame", "count": 4}]


def test_what_cannot_be_aligned_is_refused(pair: tuple[Trace, Trace]) -> None:
    base, other = pair
    with pytest.raises(ValueError, match="expected a second trace"):
        align(base)
    with pytest.raises(ValueError, match=r"by: expected 'start', .* found 'guest'"):
        align(base, other, by="guest")
    with pytest.raises(ValueError, match="found 'cycles'; this trace has 'instructions'"):
        align(base, other, by="counter:cycles")
    with pytest.raises(ValueError, match="named 'vsync' in both traces"):
        align(base, other, by="span:vsync")
    with pytest.raises(ValueError, match="a stretch of 'instructions' that both traces have"):
        align(guest_run(even, slices=20), guest_run(even, first=50), by="counter:instructions")
    with pytest.raises(ValueError, match="all different"):
        align(base, other, names=["a", "a"])
    with pytest.raises(ValueError, match="instants of the same name"):
        align(base, other.filter(name="slice"), by="milestones")
    with pytest.raises(ValueError, match="a list of pairs for each of 2 runs"):
        align(base, other, other, by=[(0.0, 0.0), (1.0, 1.0)])
    with pytest.raises(ValueError, match="rise together"):
        align(base, other, by=[(0.0, 5.0), (1.0, 4.0)])
    with pytest.raises(IndexError, match="from 1 to 1"):
        align(base, other).behind(2)
    with pytest.raises(IndexError, match="from 1 to 1"):
        align(base, other).matches(0)


def test_runs_lie_lane_by_lane_under_one_heading(pair: tuple[Trace, Trace]) -> None:
    third = guest_run(even, stall_us={3: 50.0})
    shown = align(*pair, third, by="counter:instructions", names=["old", "new", "newer"]).timeline()
    bands = shown._scene.bands
    assert [band.title for band in bands] == [
        "new behind_ms", "newer behind_ms", "cpu · old", "cpu · new", "cpu · newer",
        "instructions · old", "instructions · new", "instructions · newer",
    ]  # fmt: skip
    assert [band.part for band in bands] == [1, 2, 0, 1, 2, 0, 1, 2]
    assert len(shown._scene.processes) == 2
    assert shown.axis == "instructions"
    # In the window's own words: µs of the base.
    assert shown.trace.spans["ts_us"].min() == pair[0].spans["ts_us"].min()


def test_one_lane_of_all_runs(pair: tuple[Trace, Trace]) -> None:
    found = align(*pair, by="counter:instructions")
    shown = found.timeline(lanes="cpu", window=[1000.0, 2000.0])
    titles = {band.track: band.title for band in shown._scene.bands}
    assert [titles[track] for track in shown.shown] == ["candidate behind_ms", "cpu · base", "cpu · candidate"]
    assert shown.window == [1000.0, 2000.0]
    with pytest.raises(KeyError, match=r"found 'gpu'; there are \['candidate behind_ms', 'cpu', 'instructions'\]"):
        found.timeline(lanes="gpu")


def test_runs_that_were_sampled_are_drawn_with_their_samples() -> None:
    """What was sampled is drawn on lanes that only the picture has, and its spans have no counterpart."""
    node = {"id": 1, "callFrame": {"functionName": "f", "url": "", "lineNumber": 0, "columnNumber": 0}}
    chunk = {"cpuProfile": {"nodes": [node], "samples": [1, 1]}, "timeDeltas": [5, 10]}
    events = [
        {"ph": "X", "name": "frame", "ts": 0, "dur": 30},
        {"ph": "P", "name": "Profile", "id": "0x1", "ts": 5, "args": {"data": {"startTime": 5}}},
        {"ph": "P", "name": "ProfileChunk", "id": "0x1", "ts": 20, "args": {"data": chunk}},
    ]
    run = Trace.from_bytes(json.dumps([{**event, "pid": 1, "tid": 1} for event in events]).encode())
    assert len(run.samples) == 2
    header, data = unpacked(align(run, run, by="span:frame").timeline()._packed)
    names = [header["names"][code] for code in integers(header, data, "name")]
    assert sorted(names) == ["f", "f", "frame", "frame"]
    frames = [place for place, name in enumerate(names) if name == "frame"]
    assert np.cumsum(integers(header, data, "pair_at")).tolist() == frames
    assert integers(header, data, "pair_to").tolist() == frames[::-1]


def test_what_is_folded_is_nobodys_counterpart() -> None:
    """A span that is drawn has its own counterpart, never that of one below it for which there is no row."""
    events = [{"ph": "X", "name": "call", "ts": n, "dur": 3000 - 2 * n, "pid": 1, "tid": 1} for n in range(600)]
    run = Trace.from_bytes(json.dumps(events).encode())
    header, data = unpacked(align(run, run).timeline()._packed)
    places = np.cumsum(integers(header, data, "pair_at"))
    assert places.tolist() == list(range(1024)), "of each run 512 rows"
    assert integers(header, data, "pair_to").tolist() == np.roll(places, 512).tolist()


def test_an_aligned_page_is_written(pair: tuple[Trace, Trace], tmp_path: Path) -> None:
    page = align(*pair, by="span:frame").to_html(tmp_path / "aligned.html")
    assert "time of base" in page.read_text(encoding="utf-8")


def test_counterparts_are_each_others_nearest() -> None:
    def paired(*sides: Any) -> list[tuple[int, int]]:
        arrays = [np.array(side, dtype) for side, dtype in zip(sides, (int, float) * 2, strict=True)]
        key, place, other_key, other_place = arrays
        ours, theirs = mutual_nearest(key, place, other_key, other_place)
        return list(zip(ours.tolist(), theirs.tolist(), strict=True))

    assert paired([1, 1, 2], [0, 10, 5], [1, 2, 1], [9, 5, 1]) == [(0, 2), (1, 0), (2, 1)]
    assert paired([1, 1], [0, 10], [1], [4]) == [(0, 0)]
    assert paired([1], [0], [2], [0]) == []
    assert paired([], [], [1], [0]) == []
    assert paired([1], [0], [], []) == []
    assert paired([1, 1], [5, 5], [1, 1], [5, 5]) == [(1, 0)]
    assert paired([1, 1], [0, 2], [1], [1]) == [(0, 0)]  # of two as near the earlier
    assert paired([1, 1], [0, np.nan], [1, 1], [np.nan, 1]) == [(0, 1)]


def test_a_host_that_waits_within_a_slice_parts_no_counterparts() -> None:
    """The wait stretches the base's slice to where the next frames are, in host time but not as the guest counts."""

    def run(wait_us: float) -> Trace:
        events = []
        for slice_ in range(8):
            waited = [wait_us * (slice_ > 3), wait_us * (slice_ >= 3)]  # before its sample, before its frame
            events += [
                {"ph": "C", "name": "instructions", "ts": 1000 * slice_ + waited[0], "args": {"value": 10 * slice_}},
                {"ph": "X", "name": "frame", "ts": 1000 * slice_ + 500 + waited[1], "dur": 10},
            ]
        return Trace.from_bytes(json.dumps([{**event, "pid": 1, "tid": 1} for event in events]).encode())

    matched = align(run(20_000), run(0), by="counter:instructions").matches()
    assert matched[["base_span", "run_span"]].to_numpy().tolist() == [[row, row] for row in range(8)]


def test_counterparts_as_by_asking_each() -> None:
    choose = np.random.default_rng(3)
    for _ in range(30):
        sizes = choose.integers(1, 30, 2)
        keys = [choose.integers(0, 4, size) for size in sizes]
        places = [choose.permutation(1000)[:size].astype(float) + 0.25 * side for side, size in enumerate(sizes)]
        ours, theirs = mutual_nearest(keys[0], places[0], keys[1], places[1])
        assert dict(zip(ours.tolist(), theirs.tolist(), strict=True)) == _asked(keys, places)


def _asked(keys: list[np.ndarray], places: list[np.ndarray]) -> dict[int, int]:
    def nearest(side: int, row: int) -> int | None:
        other = 1 - side
        same = np.flatnonzero(keys[other] == keys[side][row])
        return int(same[np.argmin(np.abs(places[other][same] - places[side][row]))]) if len(same) else None

    found = {}
    for row in range(len(keys[0])):
        other = nearest(0, row)
        if other is not None and nearest(1, other) == row:
            found[row] = other
    return found


def test_two_runs_of_the_bundled_pc_at_different_host_speeds() -> None:
    """Each frame that the guest shows lies within one slice of instructions of its counterpart."""
    runs = [_pc_run(slowed) for slowed in (False, True)]
    spans = [run.on_axis("instructions").spans for run in runs]
    shown = [table.loc[table["name"] == "cpu:scanout", "x"].to_numpy() for table in spans]
    assert len(shown[0]) == len(shown[1]) == 25
    assert np.abs(shown[0] - shown[1]).max() <= HOT_SLICE
    found = align(*runs, by="counter:instructions")
    matched = found.matches()
    assert (matched["name"] == "cpu:scanout").sum() == 25


def _pc_run(slowed: bool) -> Trace:
    with capture() as recorded, ThreadPoolExecutor(1) as pool, Machine() as pc:
        done: list[bool] = []
        burner = pool.submit(_burn, done) if slowed else None
        pc.run(frames=25)
        done.append(True)
        if burner:
            burner.result()
    return recorded.trace


def _burn(done: list[bool]) -> None:
    """Take turns with the PC's threads for the interpreter, so that the host is slower."""
    while not done:
        sum(range(20_000))
        time.sleep(0)
