"""The one seam of the capture wing: whatever can be started and stopped, and answers in bytes."""

from typing import Protocol, runtime_checkable


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
