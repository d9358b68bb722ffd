"""A file is replaced by a whole one or not at all."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import aero_nb
from aero_nb.whole_file import write_whole

# No file may grow beyond 1,000 bytes: what a full disk does to a longer one.
ON_A_FULL_DISK = """
import resource, sys
import aero_nb
trace = aero_nb.load([{"ph": "i", "name": "n" * 2000, "ts": 1, "pid": 1, "tid": 1}])
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
getattr(trace, sys.argv[1])(sys.argv[2])
"""


@pytest.mark.parametrize(("method", "name"), [("save", "run.json"), ("to_html", "run.html")])
def test_a_full_disk_leaves_the_old_file_whole_and_names_it(tmp_path: Path, method: str, name: str) -> None:
    pytest.importorskip("resource", reason="needs POSIX limits")
    old = tmp_path / name
    old.write_bytes(b"old")
    command = [sys.executable, "-c", ON_A_FULL_DISK, method, str(old)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "OSError" in done.stderr.splitlines()[-1]
    assert "nothing was written" in done.stderr
    assert str(old) in done.stderr.splitlines()[-1]
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == {name: b"old"}


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"there is no folder .*missing; make it first") as caught:
        write_whole(tmp_path / "missing" / "run.json", b"x")
    assert caught.value.filename == str(tmp_path / "missing" / "run.json")


def test_a_file_in_the_place_of_a_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(NotADirectoryError):
        write_whole(tmp_path / "file" / "run.json", b"x")


def test_a_folder_is_not_replaced(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        write_whole(tmp_path, b"x")


def test_a_device_is_written_to_not_replaced() -> None:
    write_whole(os.devnull, b"x")
    assert not Path(os.devnull).is_file()


def test_a_pipe_that_has_no_path_of_its_own_is_written_to() -> None:
    code = "from aero_nb.whole_file import write_whole; write_whole('/dev/stdout', b'x' * 9)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, timeout=300)
    assert (done.stdout, done.stderr) == (b"x" * 9, b"")


def test_a_link_stays_and_its_file_is_replaced(tmp_path: Path) -> None:
    file, link = tmp_path / "file", tmp_path / "link"
    file.write_bytes(b"old")
    link.symlink_to(file)
    assert write_whole(link, b"new") == link
    assert link.is_symlink()
    assert file.read_bytes() == b"new"


def test_the_permissions_are_those_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    written = write_whole(tmp_path / "written", b"x")
    assert written.stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_missing_trace_says_where_it_was_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError, match="expected a trace file") as caught:
        aero_nb.load("missing.json")
    assert caught.value.filename == "missing.json"
    assert str(tmp_path) in str(caught.value)
