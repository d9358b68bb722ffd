"""The one seam of the capture wing: whatever can be started and stopped, and answers in bytes.

:class:`Source` is all that a capture needs. The other protocols are promises that a Source may make besides; a capture
asks for them by type and for nothing else.
"""

from collections.abc import Collection, Sequence
from typing import Protocol, TypedDict, Unpack, runtime_checkable


class StartOptions(TypedDict, total=False):
    """How a Source is to record.

    - ``stream``: outgrow the rings of what is recorded; where the Source is asked for pieces, every so many seconds.
    - ``autosave``: keep an export on disk, renewed every so many seconds, until the recording is handed over.
    - ``records``: how many records each lane keeps from now on.
    - ``boot``: start what is recorded anew, so that its startup is recorded too.
    """

    stream: float | None
    autosave: float | None
    records: int | None
    boot: bool


@runtime_checkable
class Source(Protocol):
    """Anything that records on command and answers in Chrome Trace Event JSON bytes.

    ``aero_nb.perf`` (this process) and ``AeroPage`` (an emulator in a browser) are Sources; another emulator is
    another class with these three methods.
    """

    def start(self) -> None:
        """Forget what was recorded and record from now on; harmless while already recording."""

    def export(self) -> bytes:
        """Return what is recorded so far, also while recording; repeatable."""

    def stop(self) -> bytes:
        """Stop recording and return everything that was recorded; harmless when stopped."""


@runtime_checkable
class TakesOptions(Protocol):
    """A Source that can be started in more than one way: streamed, autosaved, ..."""

    @property
    def start_options(self) -> Collection[str]:
        """The names of those :class:`StartOptions` that its ``start()`` takes."""

    def start(self, **options: Unpack[StartOptions]) -> None:
        """Start as :class:`Source` does, in this way."""


@runtime_checkable
class Labelled(Protocol):
    """A Source that people know by another name than its repr."""

    @property
    def label(self) -> str:
        """What it is called within a sentence: "this process"."""


@runtime_checkable
class Wipeable(Protocol):
    """A Source that is recorded by hand as well, where a start would wipe what nobody has seen yet."""

    @property
    def is_recording(self) -> bool:
        """Whether it records at this moment."""


@runtime_checkable
class Numbered(Protocol):
    """A Source that distinguishes its recordings: one that was begun by hand in mid-capture is not the capture's."""

    @property
    def recording(self) -> int | None:
        """The number of the running recording; None while none runs."""


@runtime_checkable
class KeepsLastExport(Protocol):
    """A Source that still has its last export when it fails."""

    @property
    def last_export(self) -> bytes | None:
        """The bytes of the last export; None before the first."""


@runtime_checkable
class OwnClock(Protocol):
    """A Source whose wall clock is not this process's."""

    def clock_offset_us(self) -> float:
        """Measure its clock minus this process's ``time.time()``, in µs.

        Raises CaptureError when it does not answer.
        """


@runtime_checkable
class UncertainClock(OwnClock, Protocol):
    """A Source that knows how well its clock was measured."""

    @property
    def clock_uncertainty_us(self) -> float:
        """The most that the last measured offset can be wrong by, in µs."""


@runtime_checkable
class BringsOthers(Protocol):
    """A Source beside which others are recorded."""

    def beside(self) -> Sequence[Source]:
        """Return the Sources that a capture of this one starts before it, and stops after it."""


@runtime_checkable
class ClocksOthers(Protocol):
    """A Source that, once stopped, knows the clock of another one better than that one itself."""

    def clock_of(self, source: Source) -> tuple[float, float] | None:
        """Return the clock of ``source`` minus this process's and how far that can be off (µs); None: not known."""


def label_of(source: object) -> str:
    """Return what ``source`` is called within a sentence."""
    return source.label if isinstance(source, Labelled) else repr(source)
