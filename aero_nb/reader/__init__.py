"""Chrome Trace Event JSON to columns: ``read(data) -> Columns``. No pandas here."""

from aero_nb.reader.assembly import read
from aero_nb.tables.columns import Columns

__all__ = ["Columns", "read"]
