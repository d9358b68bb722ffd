"""The notebook about the live view runs without a page as well: marks, stills, and what a flight recorder keeps."""

import pytest

from tests.support.checked_notebooks import executed_with, is_without_outputs

pytest.importorskip("unicorn", reason="needs pip install 'aero-nb[demo]'")
CHECK = """
import json
frames = trace.frames().set_index("ts_us")["interval_us"]
rows = kept.metadata["otherData"]["aero_nb"]["kept"]["us"]
dropped = kept.gaps["dropped_records"].sum()
json.dumps({
    "marks at bad frames": bool((frames.reindex(notes["ts_us"]) > 1000 * limit).all()),
    "planted ones": int((frames > 1000 * limit).sum()),
    "kept": len(rows),
    "counted": bool(dropped == kept.losses["dropped_records"].sum()),
    "dropped": bool(dropped > 0 or len(rows) == 1),  # on a busy machine a bad frame follows on another
})
"""


def test_the_notebook_is_committed_without_outputs():
    assert is_without_outputs("live.ipynb")


@pytest.mark.slow
def test_the_notebook_marks_the_planted_frames_and_keeps_what_lies_around_them(tmp_path, monkeypatch):
    seen, cells = executed_with(CHECK, "live.ipynb", tmp_path, monkeypatch)
    assert seen.pop("planted ones") >= 4
    assert seen.pop("kept") >= 1
    assert seen == {"marks at bad frames": True, "counted": True, "dropped": True}
    stills = [out for cell in cells for out in cell.get("outputs", []) if "image/png" in out.get("data", {})]
    assert [still["data"]["text/plain"].startswith("<timeline of") for still in stills] == [True, True]
