"""What a Source can show of itself while it records: its newest records, read bit by bit."""

from typing import Any, NamedTuple, Protocol, runtime_checkable

LiveEvent = tuple[str, str | None, int, Any]
"""``(ph, name, ns, value)``: phase letter ``B``, ``E``, ``i`` or ``C``; an end without a name is that of the innermost
open span; ns on the clock of :class:`News`; the value of a ``C``, of an
``i`` its scope and its args as JSON (or None)."""


class LaneNews(NamedTuple):
    """What one lane recorded since it was read last."""

    lane: int  # its number, for as long as the recording is the same
    name: str
    events: list[LiveEvent]  # in the order in which they were recorded
    missed: int = 0  # records before ``events`` that were overwritten or too many to be read
    overwritten: int = 0  # records that the recording itself has lost so far


class News(NamedTuple):
    """What a Source recorded since it was read last; ns since the Unix epoch, of this process's clock."""

    start_ns: int  # when the recording began: another number is another recording, with other lanes
    now_ns: int  # nothing in ``lanes`` is later
    lanes: list[LaneNews]


class LiveReader(Protocol):
    """Reads a running recording again and again, and never disturbs it."""

    def read(self, most: int) -> News:
        """Return what is new since the last call, ``most`` records at most: the newest ones, the others are missed.

        Every record is returned once or counted as missed once.
        """

    def close(self) -> None:
        """Let go of what was opened for reading."""


@runtime_checkable
class Live(Protocol):
    """A Source that can be watched while it records."""

    def live(self) -> LiveReader:
        """Return a new reader, which has read nothing yet."""
