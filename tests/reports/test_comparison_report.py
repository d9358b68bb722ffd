"""One page about two builds: a verdict, where it moved, and what lets one doubt it."""

import json

import numpy as np
import pytest

import aero_nb
from aero_nb.reports import schema
from aero_nb.trace import Trace


def run(scale=1.0, *, extra=(), frames=20, seed=0):
    """A run whose ``render`` takes so much longer; frames of 10 ms."""
    rng = np.random.default_rng(seed)
    events = []
    for number in range(frames):
        ts = number * 10_000.0
        noise = float(rng.uniform(0.99, 1.01))
        events.append({"ph": "X", "name": "frame", "ts": ts, "dur": 9_000})
        events.append({"ph": "X", "name": "render", "ts": ts + 100, "dur": round(2_000 * scale * noise, 3)})
        events.append({"ph": "X", "name": "present", "ts": ts + 8_000, "dur": 500})
        events += [{**event, "ts": ts + event["ts"]} for event in extra]
    return Trace.from_bytes(json.dumps([{**event, "pid": 1, "tid": 1} for event in events]).encode())


def runs(count, scale=1.0, **options):
    return [run(scale, seed=seed, **options) for seed in range(count)]


def test_a_change_is_the_verdict_and_its_path_is_named():
    found = aero_nb.compare(runs(6), [run(1.2, seed=seed + 50) for seed in range(6)])
    report = found.report()
    assert report.kind == "comparison"
    assert report.headline.startswith("`render` (span, self) grew by ")
    assert "95% interval of the difference +" in report.headline
    paths = report.section("paths")
    assert paths.sentences[0].startswith("`frame`: -") or paths.sentences[0].startswith("`frame` > `render`: +")
    assert any(sentence.startswith("`frame` > `render`: +") for sentence in paths.sentences)
    assert report.section("frames").sentences[0].startswith("Base: Frame ")
    assert report.section("frames").sentences[1].startswith("Candidate: Frame ")
    assert [section.id for section in report.sections] == ["changes", "paths", "frames", "doubts"]


def test_calls_that_appeared_and_vanished_are_named_with_their_number():
    inner = {"ph": "X", "name": "compile", "ts": 3_000, "dur": 1_000}
    base, candidate = run(), run(extra=[inner])
    table = aero_nb.compare(base, candidate).paths().set_index("path")
    assert table.loc["frame > compile", ["change", "difference_us", "base_count", "candidate_count"]].tolist() == [
        "appeared",
        20_000.0,
        0.0,
        20.0,
    ]
    assert table.loc["frame", ["change", "difference_us"]].tolist() == ["shorter", -20_000.0]
    there = aero_nb.compare(base, candidate).report().section("paths").sentences
    gone = aero_nb.compare(candidate, base).report().section("paths").sentences
    assert "`frame` > `compile`: appeared, +20.0 ms of self time a run, 20 calls." in there
    assert "`frame` > `compile`: vanished, -20.0 ms of self time a run, 20 calls." in gone


def test_equals_and_few_runs_say_so():
    assert aero_nb.compare(run(), run()).report().headline == "No quantity differs between the two sides."
    few = aero_nb.compare(run(), run(1.2)).report()
    assert few.headline.startswith("Too few runs to tell a change from noise. The largest difference: ")
    same = aero_nb.compare(runs(6), runs(6)).report()
    assert same.headline.startswith("None of the ")
    assert aero_nb.compare(run(), run()).paths().empty


def test_losses_of_either_side_are_doubts():
    lost = [{"ph": "B", "name": "never ends", "ts": 1_000}, {"ph": "E", "ts": 0}]
    doubts = aero_nb.compare(run(), run(extra=lost, frames=1)).report().section("doubts").sentences
    assert any(sentence.startswith("Candidate: losses: ") for sentence in doubts)
    assert any("not told by the file" in sentence for sentence in doubts)


def test_it_is_written_in_three_forms_and_names_stay_names(tmp_path):
    hostile = {"ph": "X", "name": "<img src=x onerror=alert(1)>|`", "ts": 3_000, "dur": 1_000}
    report = aero_nb.compare(run(), run(extra=[hostile])).report(title="Build 2 against 1")
    for suffix in ("md", "html", "json"):
        assert report.save(tmp_path / f"r.{suffix}").stat().st_size > 500
    page = (tmp_path / "r.html").read_text()
    assert "<img src=x" not in page
    assert "Build 2 against 1" in page
    document = json.loads((tmp_path / "r.json").read_text())
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.validate(document, schema())


def test_a_stores_comparison_has_no_traces_at_hand():
    from dataclasses import replace

    found = replace(aero_nb.compare(run(), run(1.2)), base=(), candidate=())
    assert found.report().sections[0].id == "changes"
    with pytest.raises(ValueError, match="expected the traces to be at hand"):
        found.paths()


def test_the_page_shows_the_longest_frame_of_each_side():
    report = aero_nb.compare(run(), run(1.5, seed=3)).report()
    (picture,) = report.section("frames").pictures
    assert picture.png.startswith(b"\x89PNG")
    assert f'alt="{picture.alt}" src="data:image/png;base64,' in report.to_html()
    document = json.loads(report.to_json())
    assert next(s for s in document["sections"] if s["id"] == "frames")["pictures"] == [{"alt": picture.alt}]
    assert all("pictures" not in s for s in document["sections"] if s["id"] != "frames")
    assert "PNG" not in report.to_markdown()
