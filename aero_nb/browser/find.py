"""Find a Chromium-based browser that is already on the machine; nothing is ever downloaded."""

import os
import platform
import shutil
from collections.abc import Iterator
from pathlib import Path

from aero_nb.errors import BrowserError

VARIABLE = "AERO_NB_BROWSER"

COMMANDS = (
    "google-chrome-stable",
    "google-chrome",
    "chromium",
    "chromium-browser",
    "microsoft-edge-stable",
    "microsoft-edge",
    "chrome",
    "msedge",
)
MAC_APPS = (
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Chromium.app/Contents/MacOS/Chromium",
    "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
WINDOWS_PROGRAMS = (
    r"Google\Chrome\Application\chrome.exe",
    r"Chromium\Application\chrome.exe",
    r"Microsoft\Edge\Application\msedge.exe",
)


def find_browser(executable: str | Path | None = None) -> Path:
    """Return the browser to start: ``executable``, else ``$AERO_NB_BROWSER``, else Chrome, Chromium or Edge found here.

    A path or a command name will do. Raises :class:`~aero_nb.BrowserError` when the one asked for cannot be run, or
    when none is found.
    """
    asked = (("executable=", executable), (f"${VARIABLE}", os.environ.get(VARIABLE)))
    for origin, wanted in asked:
        if wanted:
            return _runnable(origin, str(wanted))
    found = next(_candidates(), None)
    if found is not None:
        return found
    raise BrowserError(
        "expected Chrome, Chromium or Edge on this machine, found none "
        f"(looked for {', '.join(COMMANDS)} on PATH and in the usual folders). Install one "
        f"(Debian, Ubuntu: apt install chromium), or name it with executable= or ${VARIABLE}"
    )


def _runnable(origin: str, wanted: str) -> Path:
    found = shutil.which(wanted)
    if found is None:
        raise BrowserError(f"expected a browser program at {origin} {wanted!r}, found nothing that can be run there")
    return Path(found)


def _candidates() -> Iterator[Path]:
    for command in COMMANDS:
        if found := shutil.which(command):
            yield Path(found)
    for folder, programs in _usual_folders():
        for program in programs:
            if (folder / program).is_file():
                yield folder / program


def _usual_folders() -> Iterator[tuple[Path, tuple[str, ...]]]:
    if platform.system() == "Darwin":
        yield Path("/Applications"), MAC_APPS
        yield Path.home() / "Applications", MAC_APPS
    elif platform.system() == "Windows":
        for variable in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
            if folder := os.environ.get(variable):
                yield Path(folder), WINDOWS_PROGRAMS


def check_display() -> None:
    """Raise BrowserError where a window has no screen to open on."""
    if platform.system() == "Linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise BrowserError(
            "expected a screen for headed=True, found neither $DISPLAY nor $WAYLAND_DISPLAY: leave headed out, or "
            "start Jupyter under one (xvfb-run jupyter lab)"
        )
