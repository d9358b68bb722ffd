"""A Report: the same findings as Markdown, JSON, HTML and in a notebook cell."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aero_nb.reports.machine import as_document, as_json
from aero_nb.reports.markdown import MAX_MARKDOWN_BYTES, as_markdown
from aero_nb.reports.page import as_body, as_page
from aero_nb.reports.parts import Column, Quantity, ReportTable, Section
from aero_nb.whole_file import write_whole

__all__ = ["Column", "Quantity", "Report", "ReportTable", "Section"]


@dataclass(frozen=True)
class Report:
    """What a performance engineer would write about a trace, or a comparison, on one page.

    Attributes:
        kind: what it is about: ``trace`` or ``comparison``.
        title: its title.
        headline: the finding in one or two sentences; names of the trace stand in backticks.
        sections: its sections, in a stable order.

    """

    kind: str
    title: str
    headline: str
    sections: tuple[Section, ...]

    def section(self, id: str) -> Section:  # noqa: A002
        """Return a section by its ``id``.

        Raises:
            KeyError: the report has no such section.
        """
        for section in self.sections:
            if section.id == id:
                return section
        there = ", ".join(section.id for section in self.sections)
        raise KeyError(f"expected a section of this report ({there}), found {id!r}")

    def to_markdown(self, max_bytes: int = MAX_MARKDOWN_BYTES) -> str:
        """Return Markdown of at most ``max_bytes`` (UTF-8): tables lose their last rows first, and say so."""
        return as_markdown(self.title, self.headline, self.sections, max_bytes)

    def to_dict(self) -> dict[str, Any]:
        """Return the report as the objects of its JSON form."""
        return as_document(self.kind, self.title, self.headline, self.sections)

    def to_json(self) -> str:
        """Return JSON; :func:`aero_nb.reports.schema` describes it, ``version`` in it tells which schema it follows."""
        return as_json(self.to_dict())

    def to_html(self) -> str:
        """Return one HTML page that needs nothing else, in light and dark."""
        return as_page(self.title, self.headline, self.sections)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the report, whole or not at all, in the format of the suffix (``.md``, ``.json``, ``.html``).

        Raises:
            ValueError: the name has another suffix.
            OSError: the file cannot be written.
        """
        target = Path(path).expanduser()
        forms: dict[str, Callable[[], str]] = {".md": self.to_markdown, ".json": self.to_json, ".html": self.to_html}
        if target.suffix not in forms:
            raise ValueError(f"expected a name that ends in .md, .json or .html, found {str(path)!r}")
        return write_whole(target, forms[target.suffix]().encode())

    def __str__(self) -> str:
        return self.to_markdown()

    def _repr_markdown_(self) -> str:
        return self.to_markdown()

    def _repr_html_(self) -> str:
        return f"<div>{as_body(self.title, self.headline, self.sections)}</div>"
