"""What ``aero-nb doctor`` looks at: one function a topic, each yields Checks."""

import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from packaging.requirements import Requirement

State = Literal["ok", "optional", "broken"]
"""``optional``: something is missing that only some uses need; ``broken``: that every use needs."""

NEWEST_TRIED = (3, 13)
START_S = 60  # for a browser to start on a busy machine
_FOR_WORK_ON_IT = {"test", "dev", "docs"}  # extras that no user needs


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: its name, how it is, what was found, how to mend it (empty where all is well)."""

    name: str
    state: State
    found: str
    mend: str = ""


def every_check() -> Iterator[Check]:
    """Look at everything, the most needed first."""
    yield python()
    yield from packages()
    yield native_core()
    yield front_end()
    yield jupyter()
    yield browser()
    yield workers_memory()


def python() -> Check:
    """Look at the interpreter."""
    found = f"{platform.python_implementation()} {platform.python_version()} at {sys.executable}"
    if sys.version_info[:2] > NEWEST_TRIED:
        newest = ".".join(map(str, NEWEST_TRIED))
        return Check("Python", "optional", found, f"newer than those tried: should something fail, try {newest}")
    return Check("Python", "ok", found)


def packages(lines: Iterable[str] | None = None) -> Iterator[Check]:
    """Look at what is required, then at each extra, by the installed package's own metadata."""
    try:
        told = list(lines if lines is not None else requires("aero-nb") or [])
    except PackageNotFoundError:
        yield Check("libraries", "optional", "aero_nb is imported from a folder, not installed", "pip install .")
        return
    try:
        from packaging.requirements import Requirement
    except ImportError:  # plotly requires it, so something is wrong with more than this
        yield Check(
            "libraries", "broken", "packaging, which plotly requires, is missing", "pip install --upgrade plotly"
        )
        return
    wanted = [Requirement(line) for line in told]
    bad, good = _wrong(wanted, "")
    if bad:
        yield Check("libraries", "broken", "; ".join(bad), "pip install --upgrade aero-nb")
    else:
        yield Check("libraries", "ok", ", ".join(good))
    for extra in sorted({extra for line in told for extra in _extras(line)} - _FOR_WORK_ON_IT):
        bad, good = _wrong(wanted, extra)
        mend = f"pip install 'aero-nb[{extra}]'" if bad else ""
        yield Check(f"extra {extra}", "optional" if bad else "ok", "; ".join(bad) or ", ".join(good), mend)


def _extras(line: str) -> list[str]:
    return re.findall(r"extra\s*==\s*['\"]([\w-]+)['\"]", line)


def _wrong(wanted: "list[Requirement]", extra: str) -> tuple[list[str], list[str]]:
    """Return what is missing or outside its range for an extra (empty: what is always required), and what is right."""
    bad, good = [], []
    for requirement in wanted:
        marker = requirement.marker
        of_extra = marker is not None and "extra" in str(marker)
        if of_extra != bool(extra) or (marker is not None and not marker.evaluate({"extra": extra})):
            continue
        try:
            found = version(requirement.name)
        except PackageNotFoundError:
            bad.append(f"{requirement.name} is missing")
            continue
        if requirement.specifier.contains(found, prereleases=True):
            good.append(f"{requirement.name} {found}")
        else:
            bad.append(f"{requirement.name} {found}, expected {requirement.specifier}")
    return bad, good


def native_core() -> Check:
    """Look at the compiled core of the reader."""
    from aero_nb import _native

    found = _native.describe()
    if found == "native core":
        return Check("reader", "ok", found)
    mend = (
        "right as it is, about half as quick: a wheel of this system, or a C compiler at installation, brings the core"
    )
    return Check("reader", "optional", found, mend)


def front_end() -> Check:
    """Look at the page side of the timeline, which is built into the package."""
    from aero_nb.timeline import assets

    try:
        size = len(assets.module_gzip())
    except OSError as error:
        return Check(
            "timeline", "broken", f"its page side is not there: {error}", "pip install --force-reinstall aero-nb"
        )
    return Check("timeline", "ok", f"page side {assets.module_version()} ({size / 1000:,.0f} kB gzipped)")


def jupyter() -> Check:
    """Look at what lets JupyterLab show widgets."""
    if find_spec("jupyterlab") is None:
        found = "JupyterLab is not in this environment"
        return Check(
            "widgets", "optional", found, "pip install 'aero-nb[lab]', or a kernel of this environment elsewhere"
        )
    folders = [Path(sys.prefix, "share", "jupyter", "labextensions", name) for name in _EXTENSIONS]
    missing = [folder for folder in folders if not folder.is_dir() and not _elsewhere(folder)]
    if missing:
        names = ", ".join(folder.name for folder in missing)
        mend = "pip install --force-reinstall jupyterlab_widgets anywidget, then start JupyterLab again"
        return Check("widgets", "broken", f"JupyterLab lacks the extension of {names}: timelines stay still", mend)
    return Check("widgets", "ok", f"JupyterLab {version('jupyterlab')} with the extensions that widgets need")


_EXTENSIONS = ("@jupyter-widgets/jupyterlab-manager", "anywidget")


def _elsewhere(folder: Path) -> bool:
    """Tell whether another of Jupyter's data folders has the extension."""
    from jupyter_core.paths import jupyter_path

    name = folder.relative_to(Path(sys.prefix, "share", "jupyter"))
    return any(Path(path, name).is_dir() for path in jupyter_path())


def browser() -> Check:
    """Start the browser that ``connect()`` would start, once, and see it show a page."""
    from aero_nb.browser.find import find_browser
    from aero_nb.errors import BrowserError

    try:
        program = find_browser()
    except BrowserError as error:
        return Check("browser", "optional", "none found", str(error))
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        options = ["--headless=new", f"--user-data-dir={profile}", "--no-first-run", "--disable-gpu"]
        command = [str(program), *options, *["--no-sandbox"] * root, "--dump-dom", "data:text/html,<p>shown</p>"]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=START_S, check=False, errors="replace"
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return Check(
                "browser", "optional", f"{program} does not start: {error}", "start it by hand; see its messages"
            )
    if "shown" not in done.stdout:
        return Check(
            "browser", "optional", f"{program} starts and shows no page: {_last(done.stderr)}", _mend(done.stderr)
        )
    return Check("browser", "ok", f"{program} shows a page" + (", as root without its sandbox" if root else ""))


def _last(text: str) -> str:
    return text.strip().splitlines()[-1][:200] if text.strip() else "no message"


def _mend(said: str) -> str:
    if "sandbox" in said.lower():
        return "let users make namespaces (sysctl kernel.unprivileged_userns_clone=1), or install the browser's package"
    return "start it by hand; see its messages"


def workers_memory() -> Check:
    """Look at the shared memory that worker processes record into."""
    folder = Path("/dev/shm")
    if not folder.is_dir():
        return Check("workers", "ok", "this system has no /dev/shm; lanes of workers are files in the temporary folder")
    free = shutil.disk_usage(folder).free
    if free < 64 << 20:
        found = f"{free / 2**20:,.0f} MiB free in {folder}"
        return Check("workers", "optional", found, "a worker's lane takes a few MiB: docker run --shm-size=1g")
    return Check("workers", "ok", f"{free / 2**20:,.0f} MiB free in {folder}")
