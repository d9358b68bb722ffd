"""One page about a trace or a comparison, for people (Markdown, HTML) and for machines (JSON with a schema)."""

from aero_nb.reports.about_comparison import comparison_report
from aero_nb.reports.about_trace import trace_report
from aero_nb.reports.changes import Differences
from aero_nb.reports.machine import SCHEMA_VERSION, schema
from aero_nb.reports.markdown import MAX_MARKDOWN_BYTES, named
from aero_nb.reports.report import Column, Quantity, Report, ReportTable, Section
from aero_nb.reports.why import Explanation, why

__all__ = [
    "MAX_MARKDOWN_BYTES",
    "SCHEMA_VERSION",
    "Column",
    "Differences",
    "Explanation",
    "Quantity",
    "Report",
    "ReportTable",
    "Section",
    "comparison_report",
    "named",
    "schema",
    "trace_report",
    "why",
]
