"""The same file in Perfetto v52 and here: as many spans, and the same finished time to the nanosecond."""

import subprocess
import sys

import pytest

import aero_nb
from tests.support.shared import SHARED, needs_perfetto

pytestmark = [
    *needs_perfetto,
    pytest.mark.slow,
]
QUERY = (
    "select count(*), sum(iif(dur >= 0, dur, 0)), sum(dur < 0) from slice "
    "where track_id in (select id from thread_track)"
)


def perfetto(path):
    """Return (slices, ns of the finished ones, unfinished ones); instants are slices of no duration to Perfetto."""
    script = SHARED / "bench" / "perfetto" / "perfetto.py"
    done = subprocess.run(
        [sys.executable, script, path, QUERY], capture_output=True, text=True, timeout=300, check=True
    )
    return tuple(int(value) for value in done.stdout.splitlines()[-1].split("|"))


@pytest.mark.parametrize("options", [[], ["--complete"], ["--ring", "5000"]])
def test_spans_and_their_finished_time_equal_perfettos(tmp_path, options):
    path = tmp_path / "trace.json"
    subprocess.run([sys.executable, SHARED / "bench" / "make_trace.py", "100000", path, *options], check=True)
    trace = aero_nb.load(path)
    spans = trace.columns.spans
    slices, total_ns, unfinished = perfetto(path)
    assert slices == len(spans) + len(trace.instants)
    assert unfinished == spans.unfinished.sum()
    assert total_ns == spans.dur[~spans.unfinished].sum()
