"""What a Trace is to those who read it: its tables, and no more."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self

from aero_nb.tables.columns import Columns

if TYPE_CHECKING:
    import pandas as pd


class TraceTables(Protocol):
    """All that analysis, figures, timeline and the questions of a Trace know of it.

    ``aero_nb.Trace`` is one and says what each table holds; nothing below it imports it back.
    """

    @property
    def columns(self) -> Columns: ...  # noqa: D102
    @property
    def cut_us(self) -> tuple[float, float] | None: ...  # noqa: D102
    @property
    def spans(self) -> pd.DataFrame: ...  # noqa: D102
    @property
    def instants(self) -> pd.DataFrame: ...  # noqa: D102
    @property
    def counters(self) -> pd.DataFrame: ...  # noqa: D102
    @property
    def async_spans(self) -> pd.DataFrame: ...  # noqa: D102
    @property
    def flows(self) -> pd.DataFrame: ...  # noqa: D102
    @property
    def tracks(self) -> pd.DataFrame: ...  # noqa: D102
    @property
    def losses(self) -> pd.DataFrame: ...  # noqa: D102
    @property
    def gaps(self) -> pd.DataFrame: ...  # noqa: D102
    @property
    def samples(self) -> pd.DataFrame: ...  # noqa: D102
    @property
    def stacks(self) -> pd.DataFrame: ...  # noqa: D102
    @property
    def diagnostics(self) -> pd.DataFrame: ...  # noqa: D102
    @property
    def metadata(self) -> dict[str, Any]: ...  # noqa: D102
    @property
    def start(self) -> pd.Timestamp | None: ...  # noqa: D102
    def to_dataframe(self, kinds: Collection[str] | None = None, args: Iterable[str] = ()) -> pd.DataFrame: ...  # noqa: D102
    def args(self, span: int) -> Any: ...  # noqa: D102
    def window(self, t0_us: float, t1_us: float, clip: bool = False) -> Self: ...  # noqa: D102
    def sample_spans(self) -> Self: ...  # noqa: D102
    def with_sample_lanes(self) -> Self: ...  # noqa: D102
    def with_counter(  # noqa: D102
        self, series: str, ts_us: Iterable[float], value: Iterable[float], *, beside: str | None = None
    ) -> Self: ...
    def with_events(self, data: bytes, *, in_time_order: bool = True) -> Self: ...  # noqa: D102
    def with_metadata(self, metadata: dict[str, Any]) -> Self: ...  # noqa: D102
    def to_bytes(self) -> bytes: ...  # noqa: D102
    def save(self, path: str | os.PathLike[str]) -> Path: ...  # noqa: D102
