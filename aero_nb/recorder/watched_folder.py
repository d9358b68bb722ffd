"""Programs that record into a folder (``AERO_TRACE_FOLDER``), watched from another process while they run."""

from __future__ import annotations

import gzip
import os
import threading
import time
from collections.abc import Collection, Hashable
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from aero_nb.errors import CaptureError
from aero_nb.recorder.abandoned import SAVE_TO, FolderRecording
from aero_nb.recorder.export import export_document, to_json
from aero_nb.recorder.folders.file_locks import is_held, require_locks
from aero_nb.recorder.folders.lane_files import LaneFile, look_into
from aero_nb.recorder.folders.shared_folder import STATE, SharedFolder, private_base, remove_tree
from aero_nb.recorder.folders.watch_marks import WatchMark
from aero_nb.recorder.lanes.lane import this_process
from aero_nb.recorder.lanes.snapshot import MOST_LANES, ReadableLane
from aero_nb.recorder.live_reader import Look, RecorderReader
from aero_nb.sources.live import LiveReader

_QUICK = 1  # of gzip: what has ended is kept until the watch ends


class FolderWatch:
    """Watches whatever records into ``folder``: programs that run already, and those that start meanwhile.

    Each is found with the processes that it starts, and keeps recording when the watch ends. What they leave at their
    end is kept until :meth:`stop`, so that nothing is missed of one that runs for a moment.

    Args:
        folder: what the programs have in ``AERO_TRACE_FOLDER``.

    Raises CaptureError where there is no such folder, or one that cannot be written to.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        require_locks()
        self.folder = Path(folder)
        if not self.folder.is_dir():
            raise CaptureError(
                f"expected a folder that programs record into, found none at {self.folder}: make it first"
            )
        try:
            self._base = private_base(self.folder)
            self._mark = WatchMark(self._base)
        except OSError as error:
            raise CaptureError(f"expected a folder to record into, found {self.folder}: {error.strerror}") from error
        self._lock = threading.Lock()
        self._programs: dict[str, _Program] = {}
        self._done: dict[str, bytes] = {}  # exports of programs that have ended
        self._lanes_done = 0  # that a view may still show
        self._find()
        now_ns = time.perf_counter_ns()  # one clock for all processes of a machine
        self._start_ns = min((program.start_ns for program in self._programs.values()), default=now_ns)
        self._start_epoch_ns = time.time_ns() - (now_ns - self._start_ns)
        self._views = 0  # how often the view began anew

    @property
    def label(self) -> str:
        """What it is called within a sentence."""
        return f"programs in {self.folder}"

    @property
    def programs(self) -> int:
        """How many programs were seen so far."""
        return len(self._programs) + len(self._done)

    @property
    def are_over(self) -> bool:
        """Whether there were programs, and all of them have ended."""
        with self._lock:
            self._find()
            return self.programs > 0 and not any(program.is_alive for program in self._programs.values())

    @property
    def ended(self) -> str | None:
        """Why nothing more can come, None while something may."""
        return None if self._base.is_dir() else f"the folder {self.folder} is gone"

    def live(self) -> LiveReader:
        """Return a reader of all that is recorded there."""
        return RecorderReader(self._look)

    def stop(self) -> list[bytes]:
        """Watch no more, and return the trace of each program that recorded something, in the order of their starts."""
        with self._lock:
            with suppress(OSError):
                self._find()
            may_remove = self._mark.is_only_one
            for name, program in list(self._programs.items()):
                has_ended = not program.is_alive
                self._done[name] = self._export(program)
                if has_ended and may_remove:
                    program.remove()
            self._programs.clear()
            self._mark.remove()
            return [data for data in self._done.values() if data]

    def _find(self) -> None:
        """Look for programs that have begun to record."""
        for path in self._base.glob("[0-9a-f]*"):
            if path.name in self._programs or path.name in self._done:
                continue
            with suppress(OSError, ValueError):  # it has just gone, or is being made
                program = _Program(path)
                if program.has_started:
                    self._programs[path.name] = program

    def _look(self, known: Collection[Hashable], start_ns: int) -> Look:
        """Say what is new to a reader, as :meth:`Recorder.live`'s does; lanes of all programs are of one recording."""
        with self._lock:
            self._find()
            if self._lanes_done > MOST_LANES:  # too many to look at, and none of them moves any more
                self._views += 1
                self._lanes_done = 0
            view_ns = self._start_ns + self._views
            ended = [name for name, program in self._programs.items() if not program.is_alive]  # before they are read
            lanes: dict[Hashable, ReadableLane] = {}
            for program in self._programs.values():
                lanes |= program.new_lanes(known if view_ns == start_ns else ())
            if ended and self._mark.is_only_one:
                for name in ended:
                    self._finish(name)
            now_ns = time.perf_counter_ns()
            return Look(view_ns, now_ns, self._start_epoch_ns + self._views, streamed=False, lanes=lanes)

    def _finish(self, name: str) -> None:
        """Keep what a program that has ended recorded, and no longer its files: there may be thousands of such."""
        program = self._programs.pop(name)
        self._lanes_done += len(program.folder.lane_paths())
        self._done[name] = self._export(program)
        program.remove()

    def _export(self, program: _Program) -> bytes:
        return program.export(self._start_epoch_ns - self._start_ns)


class _Program:
    """A process that records into a folder of its own, with its workers."""

    def __init__(self, path: Path) -> None:
        self.folder = SharedFolder(path, joins=False)
        self._recording = FolderRecording(self.folder)
        self._name = ""

    @property
    def has_started(self) -> bool:
        """Whether it has recorded yet."""
        return self.folder.control[STATE] > 1

    @property
    def start_ns(self) -> int:
        """When its recording began."""
        return self._recording.start_ns

    @property
    def is_alive(self) -> bool:
        """Whether one of its processes lives."""
        path = self.folder.path
        return any(is_held(lock) for lock in (path / "owner", *path.glob("alive-*")))

    @property
    def name(self) -> str:
        """What it is called, as far as can be told while it lives."""
        if not self._name:
            self._name = next(filter(None, map(_name_of, self.folder.lane_paths())), "")
        return self._name or "program"  # of another PID namespace

    def new_lanes(self, known: Collection[Hashable]) -> dict[Hashable, ReadableLane]:
        """Return the lanes that are not known yet."""
        found: dict[Hashable, ReadableLane] = {}
        for path in self.folder.lane_paths():
            key = self.folder.path.name, path.parent.name, path.name
            if key not in known:
                with suppress(FileNotFoundError, ValueError):  # a new start removed it; it is being made
                    found[key] = _ProgramLane(path, self.name)
        return found

    def export(self, shift_ns: int) -> bytes:
        """Return its trace, gzipped; nothing where it recorded nothing. ``shift_ns``: from its clock to the wall's.

        The wall clock is the watch's for all of them: each program's own may have been set meanwhile.
        """
        snapshot = self._recording.snapshot()
        if not any(lane.recorded for lane in snapshot.lanes):
            return b""
        document = export_document(replace(snapshot, start_epoch_us=(snapshot.start_ns + shift_ns) // 1000))
        for event in document["traceEvents"]:
            if event["name"] == "process_name":
                event["args"]["name"] = self.name
                break
        return gzip.compress(to_json(document), _QUICK)

    def remove(self) -> None:
        """Remove its folder, unless it holds what its next start is to save."""
        if not (self.folder.path / SAVE_TO).exists():
            remove_tree(self.folder.path)


class _ProgramLane(LaneFile):
    """A lane that is called by its program, too."""

    def __init__(self, path: Path, program: str) -> None:
        super().__init__(path)
        self._program = program

    @property
    def name(self) -> str:
        """The lane's name at this moment."""
        return f"{super().name} · {self._program}"


def _name_of(lane: Path) -> str:
    """Return what the program is called that writes a lane file, and its pid; "" where that cannot be told."""
    with suppress(OSError, ValueError):
        pid, namespace = look_into(lane)[0].identity.process
        if namespace == this_process()[1]:
            return f"{_command_of(pid)} {pid}"
    return ""


def _command_of(pid: int) -> str:
    """Return what a process that lives runs; one that has ended is "program"."""
    with suppress(OSError):
        command = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
        return _called(command.split("\0")) if command else "program"
    return "program"


def _called(words: list[str]) -> str:
    """Return the script or module of a command line, else its first word."""
    for before, word in pairwise(words):
        if before == "-m" and word != "aero_nb":
            return word
        if word.endswith(".py") and before not in ("-o", "--output"):
            return Path(word).name
    return Path(words[0]).name
