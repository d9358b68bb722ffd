"""The notebook about the recorder runs, and the killed worker's lane is there up to the kill."""

import pytest

from tests.support.checked_notebooks import executed_with, is_without_outputs

CHECK = """
import json
last = trace.spans.groupby("thread", observed=True).ts_us.max()
killed = trace.instants[trace.instants.name == "the gpu worker is dead"].ts_us.iloc[0]
stops = trace.instants[trace.instants.name == "traceStop"].thread
json.dumps({
    "gpu frames": int(((trace.spans.thread == "gpu") & (trace.spans.name == "frame")).sum()),
    "gpu died first": bool(last['gpu'] <= killed),
    "gpu ends there": bool(trace.tracks[trace.tracks.thread == "gpu"].last_ts_us.max() <= killed),
    "others went on": bool(min(last['cpu'], last['io']) > killed),
    "lost": int(trace.losses.dropped_records.sum()),
    "stops": sorted(stops),
})
"""


def test_the_notebook_is_committed_without_outputs():
    assert is_without_outputs("recorder.ipynb")


@pytest.mark.slow
def test_the_notebook_shows_the_killed_workers_lane(tmp_path, monkeypatch):
    seen, cells = executed_with(CHECK, "recorder.ipynb", tmp_path, monkeypatch)
    frames = seen.pop("gpu frames")
    assert frames >= 40
    assert seen == {
        "gpu died first": True,
        "gpu ends there": True,
        "others went on": True,
        "lost": 0,
        "stops": ["Main"],
    }
    pictures = [out for cell in cells for out in cell.get("outputs", []) if "text/html" in out.get("data", {})]
    assert pictures
    functions = str(cells[-2].outputs[0]["data"]["text/plain"])
    assert "guest_worker.compute" in functions
