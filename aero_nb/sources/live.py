"""What a Source can show of itself while it records: its newest records, read bit by bit."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, runtime_checkable

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

LiveEvent = tuple[str, str | None, int, Any]
"""``(ph, name, ns, value)``: phase letter ``B``, ``E``, ``i`` or ``C``; an end without a name is that of the innermost
open span; ns on the clock of :class:`News`; the value of a ``C``, of an
``i`` its scope and its args as JSON (or None)."""


class EventColumns(NamedTuple):
    """Events as columns of one length, for what reads many of them."""

    kinds: "npt.NDArray[np.uint8]"  # place in KINDS
    names: "npt.NDArray[np.int64]"  # place in ``texts``; -1: one that was not kept, -2: an end without a name
    ns: "npt.NDArray[np.int64]"
    values: "npt.NDArray[np.float64]"  # of a ``C``; NaN: none
    texts: Sequence[str]  # grows from read to read; what is there stays where it is


KINDS = "BEiC"
UNKNOWN = "<unknown>"
"""The name of what has one that was not kept."""


@runtime_checkable
class Columnar(Protocol):
    """Events that can be had as columns, without their tuples; instants without scope and args."""

    def columns(self) -> EventColumns | None:
        """Return them as columns; None where the tuples are all there is."""


class LaneNews(NamedTuple):
    """What one lane recorded since it was read last."""

    lane: int  # its number, for as long as the recording is the same
    name: str
    events: Sequence[LiveEvent]  # in the order in which they were recorded
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
