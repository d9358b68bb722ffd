"""What one crash left is told together."""

from pathlib import Path

from aero_nb.sources.recovery import CaptureFile, crash_reports, recovered_captures


def test_the_files_of_one_crash_are_one_sentence_that_says_what_each_is(tmp_path, monkeypatch):
    monkeypatch.setenv("AERO_NB_RECOVERY", str(tmp_path))
    for what in ("page", "python", "python-stream"):
        file = CaptureFile(what)
        file.save(b"{}")
        file.leave()  # as the end of its process would
    other = Path("/elsewhere/recovered-20261126-004200-77-0-page.json")
    found = recovered_captures()
    ours, others, unknown = crash_reports([*found, other, Path("/elsewhere/run.recovered.json")])
    assert all(str(path) in ours for path in found)
    assert "(the page)" in ours
    assert "(Python, as of the last autosave)" in ours
    assert "(Python, streamed" in ours
    assert others.startswith("Process 77 crashed")
    assert str(other) in others
    assert "run.recovered.json" in unknown
