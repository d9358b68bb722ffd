"""The frame times of a perf capture as a picture."""

import json

import pytest

import aero_nb


def capture(*frame_ms: float | None) -> aero_nb.PerfCapture:
    ends = [16.0 * (n + 1) for n in range(len(frame_ms))]
    records = [{"tMs": end, "frameTimeMs": ms} for end, ms in zip(ends, frame_ms, strict=True)]
    document = {"kind": "aero-perf-capture", "version": 2, "records": records}
    return aero_nb.load_perf_capture(json.dumps(document).encode())


def test_each_measured_frame_is_a_bar_that_ends_when_the_frame_ended() -> None:
    bars, marks = capture(16.0, None, 40.0, 16.0).frames_chart(budget_us=20_000).data
    assert list(bars.y) == pytest.approx([0.016, 0.040, 0.016])
    assert list(bars.x + bars.width / 2) == pytest.approx([0.016, 0.048, 0.064])
    assert marks.customdata.tolist() == [2]


@pytest.mark.parametrize("frame_ms", [[], [None, None]])
def test_a_capture_without_frame_times_is_an_honest_empty_picture(frame_ms: list[None]) -> None:
    figure = capture(*frame_ms).frames_chart()
    assert not figure.data
    assert "no frame times in this capture" in figure.layout.annotations[0].text
