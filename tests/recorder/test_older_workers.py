"""Worker processes that are older than the recorder: that they are not recorded is said."""

import pytest

from tests.support.recorder_reading import named, run_python
from tests.support.worker_programs import WORKER_CODE


@pytest.mark.parametrize("method", ["spawn", "forkserver", "fork"])
def test_a_pool_that_is_older_than_the_recorder_is_told_not_to_be_recorded(tmp_path, method):
    done = run_python(
        WORKER_CODE
        + """
if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        pool.submit(int).result()
        perf.trace_start()
        pool.submit(work, 1).result()
        save()
    print("the pool has ended", file=sys.stderr)
    perf.trace_start()
    perf.trace_stop()
""",
        method,
        folder=tmp_path,
    )
    first, _, second = done.stderr.partition("the pool has ended")
    assert (len(named((tmp_path / "trace.json").read_bytes(), "step")) == 2) == (method == "fork")
    if method == "fork":
        assert first == ""
    else:
        assert first.startswith("aero_nb: not recorded, as older than the recorder: ")
        assert "initializer=perf.install_worker_perf_handlers" in first
        assert "not recorded" not in second
    assert ("the fork server is older" in first) == (method == "forkserver")


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_workers_that_are_recorded_are_not_told_of(tmp_path, method):
    done = run_python(
        WORKER_CODE
        + """
if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    handlers = dict(initializer=perf.install_worker_perf_handlers, initargs=("pool",))
    with ProcessPoolExecutor(1, mp_context=context, **handlers) as pool:
        pool.submit(int).result()
        perf.trace_start()
        worker = context.Process(target=work, name="cpu")
        worker.start()
        worker.join()
        perf.trace_start()
        save()
""",
        method,
        folder=tmp_path,
    )
    assert done.stderr == ""


def test_a_pool_that_was_forked_before_aero_nb_was_imported_is_told_of_too(tmp_path):
    done = run_python(
        """
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

if __name__ == "__main__":
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as pool:
        pool.submit(int).result()
        from aero_nb import perf
        perf.trace_start()
""",
        folder=tmp_path,
    )
    assert done.stderr.startswith("aero_nb: not recorded, as older than the recorder: ForkProcess-1;")
