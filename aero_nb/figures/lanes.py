"""Which row of a flame chart each span lies on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from aero_nb.analysis.lane_names import lane_names
from aero_nb.figures.units import format_count, plain_text
from aero_nb.tables.columns import Bools, Floats, Ints

MAX_TRACKS: Final = 60  # a picture of more would be taller than three screens
_GAP: Final = 0.4  # rows between two bands


@dataclass(frozen=True)
class Lanes:
    """Bands of rows, one band per track, from the top down.

    ``row`` of each span (-1: not drawn); ``tops`` of each row in units of rows; ``folded``: rows that hold several
    depths; ``labels``: band name (plain text) by the top of its first row; ``borders`` between bands; ``names`` of the
    bands; ``note``: what was left out, for the title.
    """

    row: Ints
    tops: Floats
    folded: Bools
    labels: dict[float, str]
    borders: list[float]
    names: list[str]
    note: str

    @property
    def height(self) -> float:
        """Of all bands, in rows."""
        return float(self.tops[-1]) + 1 if len(self.tops) else 1.0

    @classmethod
    def of(
        cls, spans: pd.DataFrame, tracks: pd.DataFrame, *, only: Sequence[int | str] | None, max_depth: int
    ) -> "Lanes":
        """Lay out the tracks that have spans, in the order of ``tracks`` (or of ``only``)."""
        chosen, note = _choose(spans, tracks, only)
        track, depth = spans["track"].to_numpy(np.int64), spans["depth"].to_numpy(np.int64)
        deepest = np.zeros(int(track.max(initial=0)) + 1, dtype=np.int64)
        np.maximum.at(deepest, track, depth)
        first_row = np.full(len(deepest), -1, dtype=np.int64)
        tops: list[float] = []
        folded: list[bool] = []
        labels: dict[float, str] = {}
        borders: list[float] = []
        names = lane_names(tracks.loc[chosen], with_process=True, shorten=plain_text)
        for number, name in zip(chosen, names, strict=True):
            top = tops[-1] + 1 + _GAP if tops else 0.0
            if tops:
                borders.append(top - _GAP / 2)
            rows = min(int(deepest[number]), max_depth) + 1
            first_row[number] = len(tops)
            labels[round(top, 1)] = name
            tops += [round(top + i, 1) for i in range(rows)]
            folded += [i == max_depth for i in range(rows)]
        first = first_row[track]
        return cls(
            row=np.where(first >= 0, first + np.minimum(depth, max_depth), -1),
            tops=np.array(tops),
            folded=np.array(folded, dtype=bool),
            labels=labels,
            borders=borders,
            names=names,
            note=note + (f"; depth {max_depth} and deeper share a row" if any(folded) else ""),
        )


def _choose(spans: pd.DataFrame, tracks: pd.DataFrame, only: Sequence[int | str] | None) -> tuple[list[int], str]:
    """Return the numbers of the tracks to draw, and what to say of those left out."""
    order = list(tracks.index)
    if "sort_index" in tracks:
        by = tracks.assign(_pid=pd.factorize(tracks["pid"])[0]).sort_values(["_pid", "sort_index"], kind="stable")
        order = list(by.index)
    used = set(spans["track"].unique().tolist())
    present = [int(number) for number in order if number in used]
    if only is not None:
        return _asked_for(present, tracks, only), ""
    if len(present) <= MAX_TRACKS:
        return present, ""
    busy = spans.groupby("track")["self_us"].sum().nlargest(MAX_TRACKS).index
    left_out = len(present) - MAX_TRACKS
    kept = set(busy)
    return [number for number in present if number in kept], f"; {format_count(left_out)} less busy tracks left out"


def _asked_for(present: list[int], tracks: pd.DataFrame, only: Sequence[int | str]) -> list[int]:
    threads = tracks["thread"].astype("object")
    chosen: list[int] = []
    for wanted in only:
        named = [n for n in present if (threads[n] == wanted if isinstance(wanted, str) else n == wanted)]
        if not named:
            known = ", ".join(repr(plain_text(threads[n], 40)) for n in present[:20])
            raise ValueError(f"expected threads or track numbers that have spans ({known}), found {wanted!r}")
        chosen += [n for n in named if n not in chosen]
    return chosen
