"""Many traces in one folder, and questions across them."""

try:
    import dask
    import fsspec
    import pyarrow
except ImportError as error:
    raise ImportError("TraceStore needs Dask, fsspec and pyarrow: pip install 'aero-nb[fleet]'") from error

from aero_nb.store.store import TraceStore
from aero_nb.store.trend import Trend

__all__ = ["TraceStore", "Trend"]

del dask, fsspec, pyarrow
