from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any, Self

SOURCE_HASH: str

_Buffer = Any  # a C-contiguous array

class Scanner:
    """Reads pieces of an events array, one after another.

    Codes of shapes and names count from 0 in the order of their first use, over all pieces that were kept.
    """

    def __new__(cls, phases: str, instants: str) -> Scanner: ...
    def scan(
        self, piece: bytes, /
    ) -> tuple[int, tuple[bytearray, ...], bytes, bytes, bytes, bytes, bytes, bytes, bytes, bytes, bytes] | None:
        """Return what a JSON array of events says, None: it is to be read in Python as a whole.

        Returns the number of elements; the usual events as columns (ts, dur, element: int64; carry: int8; shape,
        name + 1: int32; see ``Row`` of scan.h); the shapes met first as a JSON array of
        ``[ph, cat, pid, tid, s]`` and the element of each (int32); the names likewise; which elements have args and
        how long each is (``Kept``), and the args joined; the same of objects of further fields, ordered by key; the
        elements that are to be read in Python (``Odd``).
        """

    def keep(self) -> None:
        """Keep the shapes and names that the last scan met first; otherwise the next scan forgets them."""

def nest(
    phase: _Buffer,
    ts: _Buffer,
    end: _Buffer,
    name: _Buffer,
    edges: _Buffer,
    left_out: _Buffer,
    begin: _Buffer,
    finish: _Buffer,
    nest_end: _Buffer,
    parent: _Buffer,
    self_time: _Buffer,
    orphans: _Buffer,
    depth: _Buffer,
    unfinished: _Buffer,
    trace_end: int,
    /,
) -> tuple[int, int]:
    """Nest the lanes whose spans nest properly and are not ``left_out``, which it sets for the others.

    The columns are those of ``Lanes`` and ``Nest`` of aero_nb/reader/spans.py, one value an event each; returns how
    many spans and orphans it wrote.
    """

def nest_rows(
    phase: _Buffer,
    ts: _Buffer,
    dur: _Buffer,
    carry: _Buffer,
    name: _Buffer,
    lane: _Buffer,
    rows: _Buffer,
    left_out: _Buffer,
    begin: _Buffer,
    finish: _Buffer,
    nest_end: _Buffer,
    parent: _Buffer,
    self_time: _Buffer,
    orphans: _Buffer,
    depth: _Buffer,
    unfinished: _Buffer,
    trace_end: int,
    /,
) -> tuple[int, int]:
    """Nest the lanes of the B, E and X events ``rows`` (by ts, then index) as ``nest`` does, ordering them itself.

    ``phase`` to ``lane`` are of all events, what it writes has room for the spans and the E among ``rows``. The spans
    are by time, at one ts lane by lane, a parent before its children; ``begin``, ``finish`` and ``orphans`` are rows.
    """

class Ring:
    """The last ``records`` records of one lane: slots of 32 bytes in ``memory``, behind ``offset``.

    A slot is as recorder/lanes/records.py describes it. One thread writes, with the GIL held. ``begins``: the codes of
    begins by name, which the lane's name table goes on to fill. ``written``: how many records the memory has had
    already. Raises ValueError where there are too many or no room for them.
    """

    recorded: int  # how many were ever written

    def __new__(
        cls, records: int, begins: dict[str, int], memory: _Buffer, offset: int = 0, written: int = 0
    ) -> Ring: ...
    def write(self, code: int, time_ns: int, value: float = 0, /) -> None:
        """Write one record; an int is kept as such. OverflowError: it does not fit 64 bits."""

    def learn(self, name: int, code: int, /) -> None:
        """Know the code of the begin of the function with this number."""

def lines(
    slots: _Buffer, names: list[bytes], tid: int, start_ns: int, open_names: list[int], /
) -> tuple[bytes, int, int, list[int]]:
    """Write records as the lines of JSON that recorder/export.py makes of them, up to the first that is not usual.

    Usual are begins and ends with a name, and counters that are integers. ``names``: the lane's, each as JSON;
    ``open_names``: which of them are open, the innermost last. Returns the lines with ``,\\n`` between them, how many
    they are, the time of the latest, and what is open behind them. The names may not change meanwhile.
    """

class RecordingCalls:
    """The base of a recorder: its calls that are made most.

    They record where they know the ring of the running thread. Else they call a method of the subclass,
    ``_record_call(kind, name, value)``, with the kinds of recorder/lanes/records.py (COUNTER: of any value). It records
    and returns the :class:`Ring` that the running code records into; False: none, until ``_watch`` or what it watches
    says so; None: it is to be asked again, as it is each time in a subinterpreter.
    """

    _spans: dict[str, Any]  # those that are kept, by name

    def span_begin(self, name: str) -> None: ...
    def span_end(self, name: str | None = None) -> None: ...
    def counter(self, name: str, value: float) -> None: ...
    def span(self, name: str) -> Any:
        """Return the span of this name that is kept, else what the subclass's ``_new_span(name)`` returns."""

    def _watch(self, state: _Buffer | None, tasks: dict[Any, Any] | None, /) -> None:
        """Ask again in each thread: now, when the first 8 bytes of ``state`` change, when ``tasks`` does."""

class Span:
    """A named interval, recorded through the calls: the base of a type that is a decorator as well."""

    name: str

    def __new__(cls, calls: RecordingCalls, name: str) -> Self: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *error: object) -> None: ...

class FunctionHooks:
    """Records calls of Python functions into the rings of their lanes.

    Args:
        look_up: ``(code, globals)`` -> the number of the function's name, -1: it is not wanted. Asked once a function.
        record: ``(kind, number, time_ns)`` records a begin or end (below 0: now) and returns the :class:`Ring` that
            the running code records into, which has learnt the name; False: none, until ``watch`` or what it watches
            says so; anything else: it is to be asked again. A RecursionError: it is to be called once more, later.
        fail: is told of an exception, and is to take the hooks away.
        least_ns: leave out shorter calls; the others are recorded when they are over.
        disable: ``sys.monitoring.DISABLE``.

    Raises RuntimeError in a subinterpreter.
    """

    def __new__(
        cls,
        look_up: Callable[[CodeType, dict[str, Any]], int],
        record: Callable[[int, int, int], object],
        fail: Callable[[Exception], None],
        least_ns: int,
        disable: object,
    ) -> FunctionHooks: ...
    def watch(self, state: _Buffer | None, tasks: dict[Any, Any] | None, /) -> None:
        """Ask ``record`` again, as ``RecordingCalls._watch`` does."""

    # Python 3.11: what evaluates each frame, or of each thread the profile function
    def evaluate(self, deep: Callable[[], None], /) -> bool:
        """Evaluate all frames, until ``uninstall``; False: that cannot be. ``deep`` is called when it no longer can."""

    def __call__(self, frame: FrameType, event: str, arg: object) -> None: ...
    def install(self, ended: Callable[[], None], /) -> None:
        """Be the profile function of this thread, and of all others that have none."""

    def uninstall(self) -> None:
        """Be that of no other thread any more; in the one that installed it, call ``ended`` at the next event."""

    # Python 3.12+: callables for sys.monitoring
    def enter(self, code: CodeType, /, *args: object) -> object: ...
    def leave(self, code: CodeType, /, *args: object) -> object: ...
    def throw(self, code: CodeType, /, *args: object) -> None: ...
    def unwind(self, code: CodeType, /, *args: object) -> None: ...
