"""As in JupyterLite: without threads, processes, mapped files, locks and sockets, traces are loaded and drawn."""

import json
import os
import subprocess
import sys

import pytest

from tests.support.documents import events

WITHOUT = """
import contextlib, mmap, os, socket, subprocess, sys, threading, _thread

with contextlib.suppress(ImportError):
    import pexpect  # of an older IPython, which wants file locks where it is imported

def refuse(*_, **__):
    raise RuntimeError("can't start new thread")

def no_process(*_, **__):
    raise OSError("this platform has no processes")

for name in ("start_new_thread", "start_joinable_thread"):
    if hasattr(_thread, name):
        setattr(_thread, name, refuse)
        setattr(threading, f"_{name}", refuse)

class NoMap(mmap.mmap):
    def __new__(cls, *_, **__):
        raise OSError("no mapped files")

class NoSocket(socket.socket):
    def __init__(self, *_, **__):
        raise OSError("no sockets")

mmap.mmap, socket.socket, subprocess.Popen, os.fork = NoMap, NoSocket, no_process, no_process
for name in ("_multiprocessing", "_posixshmem", "fcntl"):
    sys.modules[name] = None
"""

WORKS = """
import aero_nb

trace = aero_nb.load(FILE)
again = aero_nb.load(trace.save(FOLDER + "/again.json.gz"))
assert again.spans.equals(trace.spans)
for question in ("summary", "call_tree", "bottom_up", "frames", "busy_times", "utilisation", "milestones", "flatten"):
    assert len(getattr(trace, question)()), question
assert len(trace.explain(5)) and len(trace.window(0, 50_000).merge(trace).spans) > len(trace.spans)
assert "# Trace report" in str(trace.report(against=aero_nb.compare(trace, trace)))
for picture in ("flame_chart", "flame_graph", "counter_timeline", "frames_chart", "utilisation_chart", "timeline"):
    forms = getattr(trace, picture)()._repr_mimebundle_()
    assert "<img" in (forms[0] if isinstance(forms, tuple) else forms)["text/html"], picture
assert trace.to_html(FOLDER + "/page.html").stat().st_size > 100_000
assert aero_nb.cli.main(["report", FILE]) == 0
print("all of it")
"""

REFUSES = """
import aero_nb
for name, call in {"capture": lambda: aero_nb.capture().__enter__(), "connect": lambda: aero_nb.connect("http://127.0.0.1:1/")}.items():
    try:
        call()
    except aero_nb.AeroNBError as error:
        print(name, type(error).__name__, error)
"""


def run_without(tmp_path, code):
    """Run code in a Python that has none of it, with the pure reader."""
    file = tmp_path / "trace.json"
    file.write_text(json.dumps(events(6_000)))
    names = f"FILE, FOLDER = {str(file)!r}, {str(tmp_path)!r}\n"
    environment = {**os.environ, "AERO_NB_NATIVE": "0"}
    command = [sys.executable, "-c", WITHOUT + names + code]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env=environment)


def test_a_trace_is_loaded_analysed_drawn_and_reported(tmp_path):
    done = run_without(tmp_path, WORKS)
    assert done.stdout.splitlines()[-1:] == ["all of it"], done.stderr


def test_what_cannot_work_says_so_in_one_sentence(tmp_path):
    pytest.importorskip("playwright", reason="needs pip install 'aero-nb[browser]'")
    browser = tmp_path / "browser"
    browser.write_text("#!/bin/sh\n")
    browser.chmod(0o755)
    environment = f"import os\nos.environ['AERO_NB_BROWSER'] = {str(browser)!r}\n"
    done = run_without(tmp_path, environment + REFUSES)
    lines = done.stdout.splitlines()
    kinds = [line.split()[:2] for line in lines]
    assert kinds == [["capture", "CaptureError"], ["connect", "BrowserError"]], done.stderr
    assert "needs memory-mapped files and file locks" in lines[0]
    assert "needs threads and sockets" in lines[1]
    assert all("Traceback" not in line for line in lines)
