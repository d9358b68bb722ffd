"""Chrome Trace Event JSON to columns: ``read(data) -> Columns``. No pandas here."""

from aero_nb.reader.columns import Columns
from aero_nb.reader.read import read

__all__ = ["Columns", "read"]
