"""What is done again and again beside a recording: quick turns of threads meanwhile, and none kept afterwards."""

import sys
import threading
from contextlib import suppress
from types import SimpleNamespace

import pytest

from aero_nb.errors import CaptureError
from aero_nb.sources import repeating
from aero_nb.sources.repeating import Repeated


@pytest.fixture(name="interval")
def fixture_interval():
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.004)
    yield sys.getswitchinterval()
    sys.setswitchinterval(before)


def test_threads_take_quick_turns_while_something_is_done_and_as_before_afterwards(interval):
    seen, both = [], threading.Barrier(2)

    def look():
        with suppress(threading.BrokenBarrierError):
            both.wait()  # the other one is at it, too
        seen.append(sys.getswitchinterval())

    repeated = [Repeated("test", 0.001, look) for _ in range(2)]
    while len(seen) < 4:
        pass
    for one in repeated:
        one.end()
    both.abort()
    for one in repeated:
        one._thread.join()
    assert max(seen) < 0.0001
    assert sys.getswitchinterval() == interval


def test_what_somebody_else_sets_meanwhile_stays(interval):
    done = threading.Event()

    def look():
        sys.setswitchinterval(0.007)
        done.set()

    repeated = Repeated("test", 0.001, look)
    done.wait()
    repeated.join()
    assert sys.getswitchinterval() == pytest.approx(0.007)


def test_an_error_of_a_capture_ends_it(interval):
    def fail():
        raise CaptureError("no more")

    repeated = Repeated("test", 0.001, fail)
    repeated._thread.join()
    assert str(repeated.error) == "no more"
    assert sys.getswitchinterval() == interval


def test_the_first_time_may_be_sooner_than_the_next(interval):
    done = threading.Event()
    repeated = Repeated("test", 1_000_000, done.set, first=0)
    done.wait()
    repeated.join()
    assert repeated.error is None


@pytest.mark.parametrize(("takes", "began"), [(0.25, [1.125, 2.125, 3.125, 4.125]), (0.75, [1.125, 2.5, 3.875, 5.25])])
def test_a_steady_one_keeps_its_pace_though_it_is_called_late(monkeypatch, takes, began):
    """Each wait ends an eighth of a second late; half of the time is rest however long an action takes."""
    now, found = [0.0], []

    class Over:
        def wait(self, seconds):
            now[0] += seconds + 0.125
            return len(found) == 4

        def set(self):
            pass

    def act():
        found.append(now[0])
        now[0] += takes

    monkeypatch.setattr(repeating, "time", SimpleNamespace(monotonic=lambda: now[0]))
    monkeypatch.setattr(
        repeating, "threading", SimpleNamespace(Event=Over, Thread=threading.Thread, TIMEOUT_MAX=threading.TIMEOUT_MAX)
    )
    Repeated("test", 1.0, act, steady=True).join()
    assert found == began
