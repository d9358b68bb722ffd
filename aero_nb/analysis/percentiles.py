"""Percentiles as every table and picture has them: linear interpolation, as NumPy's and Aero's."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt


def percentiles(values: npt.ArrayLike, shares: Sequence[float]) -> list[float]:
    """Return the value below which each share (0 to 1) of the values lies; NaN of no values, missing ones left out."""
    known = np.asarray(values, np.float64)
    known = known[~np.isnan(known)]
    return np.quantile(known, shares).tolist() if len(known) else [float("nan")] * len(shares)
