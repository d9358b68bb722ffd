"""The recorder's folders on disk: who removes them, and what happens where there is no room for them."""

from tests.support.recorder_reading import lanes, run_python
from tests.support.worker_programs import WORKER_CODE, run_workers


def test_a_crashed_owners_folder_is_removed_by_the_next_start(tmp_path):
    crash = run_python(
        WORKER_CODE + "perf.trace_start()\nos.kill(os.getpid(), signal.SIGKILL)\n", folder=tmp_path, check=False
    )
    assert crash.returncode == -9
    (rings,) = (tmp_path / "rings").glob("aero-nb-*")
    assert list(rings.iterdir())
    run_python(WORKER_CODE + "perf.trace_start()\n", folder=tmp_path)  # finds nothing left


def test_a_living_owners_folder_stays(tmp_path):
    run_workers(
        """
import subprocess
if len(sys.argv) > 1:
    perf.trace_start()
else:
    perf.trace_start()
    perf.instant("x")
    environment = {k: v for k, v in os.environ.items() if k != "AERO_TRACE_JOIN"}
    subprocess.run([sys.executable, __file__, "other"], check=True, env=environment)
    work()
    save()
""",
        tmp_path,
    )


def test_a_full_disk_is_an_error_at_start_that_says_what_to_do(tmp_path):
    run_python(
        WORKER_CODE
        + """
import errno
from aero_nb import CaptureError
def full(*_):
    raise OSError(errno.ENOSPC, "No space left on device")
allocate, os.posix_fallocate = os.posix_fallocate, full
for _ in range(2):
    try:
        perf.trace_start()
    except CaptureError as error:
        assert "No space left on device" in str(error) and "AERO_TRACE_FOLDER" in str(error), error
    else:
        raise SystemExit("started")
    assert not perf.trace_enabled
    with perf.span("harmless"):
        pass
os.posix_fallocate = lambda fd, at, size: full() if size > 4096 else allocate(fd, at, size)
try:
    perf.trace_start()
except CaptureError as error:
    assert "bytes for a ring" in str(error)
os.posix_fallocate = allocate
perf.trace_start()
""",
        folder=tmp_path,
    )


def test_a_worker_without_room_for_its_ring_still_counts_and_one_without_any_room_too(tmp_path):
    export = run_workers(
        """
import errno
def starve(limit):
    allocate = os.posix_fallocate
    def full(fd, at, size):
        if size > limit:
            raise OSError(errno.ENOSPC, "No space left on device")
        allocate(fd, at, size)
    os.posix_fallocate = full
    work(100)

if __name__ == "__main__":
    perf.trace_start()
    for limit in (0, 6_500):
        worker = multiprocessing.get_context("fork").Process(target=starve, args=(limit,), name=f"w{limit}")
        worker.start()
        worker.join()
        assert worker.exitcode == 0
    save()
""",
        tmp_path,
    )
    assert lanes(export) == {1: "Main", 2: "w6500"}
    assert export["otherData"]["aero"]["droppedRecordsByThread"] == {"Main": 0, "w6500": 302 - 32}
    assert export["otherData"]["aero_nb"]["failed_calls"] == 301, "no start was marked"
