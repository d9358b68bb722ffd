"""The commands behind the magics, and the one capture that they start and stop."""
# mypy: disallow-untyped-decorators=False
# (IPython's decorators have no types.)

import ast
import itertools
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics, cell_magic, line_cell_magic, magics_class
from IPython.core.magic_arguments import argument, magic_arguments, parse_argstring

from aero_nb.capturing import Capture
from aero_nb.errors import AeroNBError
from aero_nb.magics.arguments import (
    COMMANDS,
    check_name,
    given,
    options_of,
    parse,
    with_options,
    without_comment,
)
from aero_nb.magics.cells import RunningCells, outside_tasks
from aero_nb.magics.showing import MovingBar, show
from aero_nb.magics.sources import live_view_of, sources_of
from aero_nb.recorder import perf
from aero_nb.sources.base import StartOptions, label_of

if TYPE_CHECKING:
    from aero_nb.browser import AeroPage
    from aero_nb.recorder.functions.tracing import FunctionTracing
    from aero_nb.trace import Trace


@dataclass(frozen=True, eq=False)
class RunningCapture:
    """The running capture, and what is to be done with its Trace."""

    capture: Capture
    options: Namespace
    began_in: str
    cell: Any  # the ExecutionInfo of the cell that began it; None where its start was not seen

    @property
    def ends_with_cell(self) -> bool:
        """Whether this is a ``%%aero_trace``."""
        return bool(self.options.command == "cell")


@dataclass(frozen=True, eq=False)
class InnerCell:
    """A ``%%aero_trace`` within another one: a span of the running capture."""

    span: str
    options: Namespace
    cell: Any

    def of(self, trace: "Trace") -> "Trace":
        """Return what ``trace`` has of the time of this cell."""
        spans = trace.spans
        began_us, took_us = spans.loc[spans["name"] == self.span, ["ts_us", "dur_us"]].iloc[-1]
        return trace.window(began_us, began_us + took_us)


@magics_class
class AeroMagics(Magics):  # type: ignore[misc]  # IPython is untyped
    """State of the magics in one shell: the running capture, the last one, the connected page."""

    def __init__(self, shell: Any, last: Capture | None = None) -> None:
        super().__init__(shell)
        self.shadowed: dict[str, dict[str, Any]] = {}
        self._cells = RunningCells(shell)
        self._run: RunningCapture | None = None
        self._last = last
        self._page: AeroPage | None = None
        self._span: str | None = None
        self._inner_cells: list[InnerCell] = []  # outermost first
        self._inner_numbers = itertools.count(1)
        self._functions: FunctionTracing | None = None
        self._usual_records: int | None = None  # what --records took the place of

    @magic_arguments()
    @argument("command", choices=list(COMMANDS), help="see above")
    @argument("operand", nargs="?", metavar="FILE|URL", help="the file to save to, or the page to connect to")
    @with_options
    @line_cell_magic
    def aero_trace(self, line: str, cell: str | None = None) -> Any:
        """Record what this process, and the connected page, do while cells run.

        ``%%aero_trace [options]`` over a cell records that cell and shows the timeline. Or by hand::

          %aero_trace connect URL     open the emulator's page; from then on it is recorded too
          %aero_trace start           record from now on
          %aero_trace status          what is being recorded
          trace = %aero_trace stop    end it and get the Trace
          %aero_trace show            draw the last capture (while recording: what there is so far)
          %aero_trace save FILE       save the same
          %aero_trace disconnect      close the page
          %aero_trace cell            record the rest of this cell, as %%aero_trace does
        """
        options = parse(self.aero_trace, line if cell is None else f"cell {line}")
        with _in_one_sentence():
            value = getattr(self, f"_{options.command}")(options)
        return value if cell is None else self._trace_body(cell)

    @magic_arguments()
    @argument("-o", "--output", metavar="NAME", help="name the value NAME instead of showing it")
    @cell_magic
    def aero_js(self, line: str, cell: str) -> Any:
        """Run the cell as JavaScript in the connected page; ``await`` is allowed, its value comes back."""
        options = parse_argstring(self.aero_js, without_comment(line))
        check_name(options.output)
        page = self._connected()
        page.take_console()  # what the page said before this cell
        with _in_one_sentence():
            try:
                value = page.evaluate(cell)
            finally:
                for said in page.take_console():
                    print(said)
        if options.output is None:
            return value
        self.shell.push({options.output: value})
        return None

    # One method a command of %aero_trace.

    def _start(self, options: Namespace) -> None:
        if self._run is not None:
            raise UsageError(
                f"already recording since {self._run.began_in}: %aero_trace stop ends that and returns its Trace"
            )
        sources, live = sources_of(options, self._page), live_view_of(options)
        functions = options.functions or []
        how: Any = given(options, set(StartOptions.__annotations__))
        capture = Capture(*sources, live=live, **{**how, "records": self._records(options.records)})
        capture.start()
        try:
            self._functions = perf.trace_functions(include=functions) if functions else None
        except BaseException:
            capture.stop()
            raise
        self._run = RunningCapture(capture, options, self._cells.label, self._cells.innermost)
        self._begin_span()

    def _records(self, wanted: int | None) -> int | None:
        """Return how many records a lane is to keep from now on: what it was before, once no number is given."""
        if wanted is not None and wanted < 1:
            raise UsageError(f"--records needs at least one record, not {wanted}")
        before, self._usual_records = self._usual_records, None
        if wanted is None:
            return before
        self._usual_records = perf.records if before is None else before
        return wanted

    def _cell(self, options: Namespace) -> None:
        run, innermost = self._run, self._cells.innermost
        traced = [inner.cell for inner in self._inner_cells] + ([] if run is None else [run.cell])
        if run is None or not run.ends_with_cell or any(innermost is cell for cell in traced):
            self._start(options)
            return
        refused = given(options, options_of("start"))
        if refused:
            raise UsageError(
                f"this cell is recorded as a part of {run.began_in}: --{min(refused)} belongs to the %%aero_trace there"
            )
        inner = InnerCell(f"%%aero_trace {next(self._inner_numbers)}", options, innermost)
        with outside_tasks():
            perf.span_begin(inner.span)
        self._inner_cells.append(inner)

    def _stop(self, options: Namespace) -> "Trace":
        run, inner_cells = self._run, self._inner_cells
        trace = self._end().trace
        for inner in inner_cells:
            self._hand_over(inner.of(trace), inner.options, default="none")
        if run is not None and run.ends_with_cell:  # it will not come to its own end
            self._hand_over(trace, run.options, default="none")
        self._hand_over(trace, options, default="none")
        return trace

    def _status(self, _options: Namespace) -> None:
        if self._run is not None:
            capture = self._run.capture
            sources = " and ".join(label_of(part.source) for part in capture.parts)
            print(f"recording {sources} since {self._run.began_in}, for {capture.duration_s:.1f} s")
        elif self._last is not None:
            print(f"not recording; the last capture took {self._last.duration_s:.1f} s")
        else:
            print("not recording; nothing has been recorded yet")
        if self._page is not None:
            print(self._page.status())
            if not isnan(self._page.clock_uncertainty_us):  # measured when a recording starts and stops
                print(f"its clock is brought to this process's to within {self._page.clock_uncertainty_us:.0f} µs")

    def _save(self, options: Namespace) -> None:
        _save(self._current(), options.operand)

    def _show(self, options: Namespace) -> None:
        self._hand_over(self._current(), options, default="timeline")

    def _connect(self, options: Namespace) -> "AeroPage":
        if self._page is not None and self._page.gone is None:
            raise UsageError(f"{self._page.url} is connected already: %aero_trace disconnect first")
        from aero_nb.browser import connect

        chosen = given(options, options_of("connect") - {"output"})
        self._page = page = connect(options.operand, progress=MovingBar(), **chosen)
        if options.output is not None:
            self.shell.push({options.output: page})
        return page

    def _disconnect(self, _options: Namespace) -> None:
        page = self._connected()
        if self._run is not None:
            raise UsageError("a capture is running: %aero_trace stop first, so that nothing is lost")
        self._page = None
        page.close()

    # The running capture.

    def _end(self) -> Capture:
        """Stop the running capture and keep it as the last one."""
        if self._run is None:
            raise UsageError("nothing is being recorded: %aero_trace start begins a capture")
        if self._functions is not None:
            self._functions.stop()
        with outside_tasks():
            for inner in reversed(self._inner_cells):
                perf.span_end(inner.span)
        self._inner_cells = []
        self._end_span()
        capture = self._run.capture
        capture.stop()  # a KeyboardInterrupt here leaves the capture running: stop again ends it
        self._run, self._last = None, capture
        self._report_unseen_functions()
        return capture

    def _report_unseen_functions(self) -> None:
        functions, self._functions = self._functions, None
        if functions is not None and functions.unseen:
            print(f"no function of {', '.join(functions.unseen)} was called: is this the name of its module?")

    def _current(self) -> "Trace":
        """The Trace of the last capture, or what the running one has so far."""
        if self._run is not None:
            return self._run.capture.export()
        if self._last is None:
            raise UsageError("nothing has been recorded yet: %aero_trace start begins a capture")
        return self._last.partial_trace()

    def _connected(self) -> "AeroPage":
        if self._page is None:
            raise UsageError("no page is connected: %aero_trace connect URL opens one")
        return self._page

    def _hand_over(self, trace: "Trace", options: Namespace, default: str) -> None:
        if options.output is not None:
            self.shell.push({options.output: trace})
        if options.save is not None:
            _save(trace, options.save)
        show(trace, options.show or default, in_terminal=getattr(self.shell, "kernel", None) is None)

    def _trace_body(self, body: str) -> Any:
        """Run ``body`` while recording, for a caller of run_cell_magic: IPython does not run it natively there."""
        inner = self._inner_cells[-1] if self._inner_cells else None
        try:
            return _execute(self.shell, body)
        finally:
            self._finish(inner)

    def _finish(self, inner: InnerCell | None = None) -> None:
        """End the capture of a cell, or a part of it that is a cell.

        IPython would only show an error, so it is reported here, and kept by the Capture.
        """
        run = self._run
        if run is None:
            return
        try:
            if inner is None:
                default = "none" if run.options.live else "timeline"  # which took the place of the live view
                self._hand_over(self._end().trace, run.options, default)
            elif inner in self._inner_cells:
                self._inner_cells.remove(inner)
                with outside_tasks():
                    perf.span_end(inner.span)
                self._hand_over(inner.of(run.capture.export()), inner.options, default="timeline")
        except KeyboardInterrupt:
            print("interrupted; %aero_trace stop ends the capture and returns its Trace", file=sys.stderr)
        except Exception as error:
            print(f"{type(error).__name__}: {_sentence(error)}", file=sys.stderr)

    def close(self) -> Capture | None:
        """Stop the running capture, close the page; return the last capture."""
        if self._run is not None:
            print("the running capture was stopped and is kept: after %load_ext aero_nb, %aero_trace show or save")
            if self._run.ends_with_cell:
                self._finish()
        if self._run is not None:
            self._end()
        if self._page is not None:
            page, self._page = self._page, None
            page.close()
        return self._last

    # Cells as spans.

    def pre_execute(self) -> None:
        """Note that a cell begins, and let its task record on Main; one that a cell leaves behind has another lane."""
        self._cells.enter_silent()
        if self._run is not None:
            perf.claim_lane()
            if self._functions is not None:
                self._functions.resume()

    def pre_run_cell(self, info: Any) -> None:
        """Begin the span of an outermost cell."""
        if self._cells.enter(info) and self._run is not None:
            if self._run.ends_with_cell:  # that cell is over, whatever kept IPython from reporting it
                self._finish()
            else:
                self._begin_span()

    def post_execute(self) -> None:
        """End what a silent cell began: IPython reports no more of it."""
        is_over, cell, outermost = self._cells.leave_silent()
        if is_over:
            self._cell_ended(cell, outermost)

    def post_run_cell(self, result: Any) -> None:
        """End the span, and the capture if it was this cell's."""
        self._cell_ended(*self._cells.leave(result))

    def _cell_ended(self, cell: Any, outermost: bool) -> None:
        for inner in reversed(self._inner_cells):
            if inner.cell is cell:
                self._finish(inner)
        if self._run is not None and self._run.ends_with_cell and self._run.cell is cell:
            self._finish()
        elif outermost:
            self._end_span()

    def _begin_span(self) -> None:
        self._span = self._cells.label
        with outside_tasks():
            perf.span_begin(self._span)

    def _end_span(self) -> None:
        if self._span is not None:
            with outside_tasks():
                perf.span_end(self._span)
            self._span = None


def _save(trace: "Trace", path: str) -> None:
    trace.save(Path(path).expanduser())
    print(f"saved to {path}")


def _execute(shell: Any, body: str) -> Any:
    """Run ``body`` in the user's namespace; return the value of its last expression, as %%time does."""
    tree = shell.compile.ast_parse(shell.transform_cell(body), filename="<aero_trace>")
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<aero_trace>", "exec"), shell.user_ns)
    return None if last is None else eval(compile(ast.Expression(last.value), "<aero_trace>", "eval"), shell.user_ns)


@contextmanager
def _in_one_sentence() -> Iterator[None]:
    """Show an error that says what to do by itself, without the inner workings that led to it."""
    try:
        yield
    except (AeroNBError, OSError, ImportError) as error:
        text = f"{type(error).__name__}: {_sentence(error)}"
        vars(error)["_render_traceback_"] = lambda: [text]
        raise


def _sentence(error: BaseException) -> str:
    return "\n".join([str(error), *getattr(error, "__notes__", [])])
