"""A process that outlives its parent just long enough to end a browser and remove its folder.

Run as ``python guard.py FOLDER PARENT_PID`` with a pipe as standard input. A kernel that is killed (``kill -9``, a
restart that kills its process group) cannot tidy up after itself, so this process, in a session of its own, waits for
the pipe to close or for the parent to be gone, and tidies up. An orderly ``close()`` takes the same way.
"""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

POLL_S = 0.05
PATIENCE_S = 3.0  # a browser whose connection broke ends by itself; after this it is killed


def wait_for_parent(parent: int) -> None:
    """Return when standard input ends or ``parent`` is no longer our parent.

    A child that the parent forked keeps the pipe open after the parent's death, so the pipe alone is not enough.
    """
    reader = threading.Thread(target=sys.stdin.buffer.read, daemon=True)
    reader.start()
    while reader.is_alive() and (os.name == "nt" or os.getppid() == parent):
        reader.join(0.2)


def command_lines() -> list[tuple[int, str]]:
    """Return (pid, command line) of every process that can be seen; empty where neither /proc nor ps is."""
    if Path("/proc/self/cmdline").exists():
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    found.append((int(entry.name), (entry / "cmdline").read_bytes().decode(errors="replace")))
                except OSError:  # ended meanwhile
                    continue
        return found
    ps = shutil.which("ps")
    if ps is None:
        return []
    listing = subprocess.run([ps, "-axww", "-o", "pid=,command="], capture_output=True, text=True, check=False)
    pairs = (line.strip().partition(" ") for line in listing.stdout.splitlines())
    return [(int(pid), command) for pid, _, command in pairs if pid.isdigit()]


def browsers_of(folder: str) -> list[int]:
    """Return the pids of the browsers whose profile is in ``folder``."""
    option = f"--user-data-dir={folder}"
    return [pid for pid, command in command_lines() if option in command and pid != os.getpid()]


def end_browser(folder: str) -> None:
    """Wait until no browser runs in ``folder``, killing it when it outstays ``PATIENCE_S``."""
    deadline = time.monotonic() + PATIENCE_S
    while pids := browsers_of(folder):
        if time.monotonic() > deadline:
            for pid in pids:
                try:
                    os.kill(pid, signal.SIGKILL if os.name != "nt" else signal.SIGTERM)
                except ProcessLookupError:
                    continue
            deadline = time.monotonic() + PATIENCE_S
        time.sleep(POLL_S)


def remove(folder: str) -> None:
    """Remove ``folder``, trying again while the browser's last helpers still write into it."""
    for _ in range(60):
        shutil.rmtree(folder, ignore_errors=True)
        if not Path(folder).exists():
            return
        time.sleep(POLL_S)


def main(folder: str, parent: int) -> None:
    """Wait for the parent's end, then end the browser in ``folder`` and remove it."""
    for name in ("SIGINT", "SIGHUP"):  # an interrupt is for the kernel; a hang-up ends the pipe anyway
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    wait_for_parent(parent)
    end_browser(folder)
    remove(folder)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
