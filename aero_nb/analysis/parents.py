"""Who lies in whom, of spans or a selection of them."""

import numpy as np
import pandas as pd

from aero_nb.tables.columns import Ints

NO_PARENT = -1


def parent_rows(spans: pd.DataFrame) -> Ints:
    """Return each span's parent as a row position, -1 at a root.

    ``parent`` holds span indices, and a selection of rows keeps only some of them: a span whose parent is not selected
    is a root of the selection.
    """
    position = pd.Series(np.arange(len(spans)), index=spans.index)
    return position.reindex(spans["parent"]).fillna(NO_PARENT).to_numpy(np.int64)
