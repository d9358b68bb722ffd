"""What a running capture keeps on disk and in memory: without a browser, its export is given."""

import os
import sys
import threading
from itertools import count

import pytest

from aero_nb.sources.keeping import Keeper
from aero_nb.sources.recovery import VARIABLE, CaptureFile, recovered_captures, recovery_folder


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    return tmp_path


def test_a_crash_before_the_first_save_leaves_nothing_to_recover(folder):
    for what, data in (("page", b"{}"), ("python", b"")):
        file = CaptureFile(what)
        file.path.write_bytes(data)
        file.leave()
    (recovered,) = recovered_captures()
    assert recovered.name.endswith("-page.json")
    assert sorted(folder.iterdir()) == [recovered]


def test_a_fork_beside_a_capture_neither_removes_nor_recovers_what_it_keeps(folder):
    file = CaptureFile("page")
    file.save(b"[]")
    child = os.fork()
    if child == 0:
        status = 1
        try:
            file.discard()
            status = 0 if not recovered_captures() else 2
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert file.path.read_bytes() == b"[]"
    assert recovered_captures() == []
    file.discard()
    assert list(folder.iterdir()) == []


class ToldLock:
    """A lock that tells when somebody has to wait for it."""

    def __init__(self, told):
        self.lock, self.told = threading.Lock(), told

    def __enter__(self):
        if not self.lock.acquire(blocking=False):
            self.told.set()
            self.lock.acquire()

    def __exit__(self, *_):
        self.lock.release()


def test_one_export_is_taken_at_a_time():
    second_came, numbers = threading.Event(), count(1)
    inside, most, others = [], [], []

    def export():
        inside.append(True)
        most.append(len(inside))
        if next(numbers) == 1:
            other = threading.Thread(target=keeper.take)
            others.append(other)
            other.start()
            assert second_came.wait(60)  # it waits for the lock, or is in here too
        else:
            second_came.set()
        inside.pop()
        return b"[]"

    keeper = Keeper(export, stream=None, autosave=None)
    keeper._one_at_a_time = ToldLock(second_came)
    keeper.take()
    others[0].join()
    assert most == [1, 1]


def test_what_was_taken_last_is_saved_when_the_file_is_left(folder):
    keeper = Keeper(lambda: b'{"n":1}', stream=None, autosave=3600)  # no autosave comes in this test
    keeper.take()
    assert keeper.path is None
    keeper.end()
    keeper.leave()
    (recovered,) = recovered_captures()
    assert recovered.read_bytes() == b'{"n":1}'


def test_a_capture_that_is_left_before_its_first_export_leaves_nothing(folder):
    keeper = Keeper(lambda: b"{}", stream=None, autosave=3600)
    keeper.end()
    keeper.leave()
    assert recovered_captures() == []
    assert list(folder.iterdir()) == []


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="these have folders of their own")
def test_captures_are_kept_among_the_users_program_state(tmp_path, monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    assert recovery_folder() == tmp_path / "state" / "aero_nb" / "captures"
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert recovery_folder() == tmp_path / ".local" / "state" / "aero_nb" / "captures"
    monkeypatch.setenv(VARIABLE, str(tmp_path / "mine"))
    assert recovery_folder() == tmp_path / "mine"
