from typing import Any

SOURCE_HASH: str

_Buffer = Any  # a C-contiguous array

class Scanner:
    """Reads pieces of an events array, one after another.

    Codes of shapes and names count from 0 in the order of their first use, over all pieces that were kept.
    """

    def __new__(cls, phases: str, instants: str) -> Scanner: ...
    def scan(
        self, piece: bytes, /
    ) -> tuple[int, bytes, bytes, bytes, bytes, bytes, bytes, bytes, bytes, bytes, bytes] | None:
        """Return what a JSON array of events says, None: it is to be read in Python as a whole.

        Returns the number of elements; the usual events (``Row`` of scan.h); the shapes met first as a JSON array of
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
