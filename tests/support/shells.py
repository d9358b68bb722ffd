"""An IPython shell in this process, and what a cell run in it showed."""

import atexit
from contextlib import contextmanager

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config

from aero_nb import perf


@contextmanager
def a_shell(folder):
    """An IPython shell of our own that works in ``folder``, with the magics loaded."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IPYTHONDIR", str(folder / "ipython"))
        patch.setenv("AERO_NB_RECOVERY", str(folder / "recovery"))
        patch.chdir(folder)
        config = Config()
        config.HistoryManager.enabled = False
        config.InteractiveShell.colors = "nocolor"
        InteractiveShell.clear_instance()
        shell = InteractiveShell.instance(config=config)
        run_cell(shell, "%load_ext aero_nb")
        yield shell
        shell.extension_manager.unload_extension("aero_nb")
        perf.trace_stop()
        forget_shell(shell)


def forget_shell(shell):
    """Let go of a shell: else it is kept to the end of all tests, and then collects garbage for a second or two."""
    atexit.unregister(shell.atexit_operations)
    InteractiveShell.clear_instance()


def run_cell(shell, cell, *, fails=None):
    """Run a cell as a front end does; return what it showed: stdout and stderr, and the plain text of its displays."""
    with capture_output() as shown:
        result = shell.run_cell(cell, store_history=True)
    error = result.error_before_exec or result.error_in_exec
    if fails is None:
        assert error is None, f"{error!r}\n{shown.stdout}{shown.stderr}"
    else:
        assert isinstance(error, fails), f"{error!r}\n{shown.stdout}{shown.stderr}"
    displayed = "".join(output.data.get("text/plain", "") for output in shown.outputs)
    return shown.stdout + shown.stderr + displayed


def span_names(trace):
    return list(trace.spans["name"])


WORK = 'from aero_nb import perf\nwith perf.span("work"): pass\n'
