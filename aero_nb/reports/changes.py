"""What changed against a base, as a section; the comparison is made elsewhere."""

from typing import TYPE_CHECKING, Protocol

from aero_nb.figures.units import plain_text
from aero_nb.reports.parts import ReportTable, Section, filled

if TYPE_CHECKING:
    import pandas as pd

_UNITS = dict.fromkeys(["kind", "name", "statistic", "unit", "base", "candidate", "difference", "ratio", "changed"], "")


class Differences(Protocol):
    """What a report needs of a comparison; :class:`aero_nb.Comparison` is one."""

    @property
    def table(self) -> "pd.DataFrame":
        """One row per quantity, the most important first; columns as those of :class:`aero_nb.Comparison`."""

    @property
    def note(self) -> str:
        """Say what the runs can and cannot show."""


def changes_section(differences: Differences, rows: int = 8) -> Section:
    """Return what changed: rows called changed first, without those that are equal on both sides."""
    table = differences.table
    moved = table[table["difference"].fillna(0) != 0]
    changed = int(moved["changed"].fillna(False).sum())
    if moved.empty:
        sentence = "No quantity differs between the base and this trace."
    elif moved["changed"].isna().all():
        sentence = f"{len(moved):,} of {len(table):,} quantities differ; none was tested, so each may be noise."
    else:
        sentence = f"{changed:,} quantities changed by a test; {len(moved):,} of {len(table):,} differ."
    shown = filled([ReportTable.of("Differences, the most important first", moved, _UNITS, rows)])
    return Section(
        "changes", "What changed against the base", (sentence,), (), shown, (plain_text(differences.note, 900),)
    )
