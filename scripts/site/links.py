"""Check the built site: every link and picture leads to a file that is there, and to a place in it; nothing is fetched.

``python scripts/site/links.py FOLDER``
"""

import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit


class _Page(HTMLParser):
    """What a page names (``ids``), links to, and loads."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if "id" in found:
            self.ids.add(found["id"])
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        if tag in ("script", "img", "iframe") and found.get("src"):
            self.loaded.append(found["src"])
        if tag == "link" and found.get("rel") == "stylesheet":
            self.loaded.append(found["href"])


def broken(site: Path) -> list[str]:
    """Return what is wrong, a line each."""
    files = [path for path in site.rglob("*.html") if "_static" not in path.parts]
    pages = {path.resolve(): _Page(path) for path in files}
    wrong = []
    for path, page in pages.items():
        where = path.relative_to(site.resolve())
        for target in [*page.links, *page.loaded]:
            parts = urlsplit(target)
            if parts.scheme or parts.netloc:
                if target in page.loaded and parts.scheme != "data":
                    wrong.append(f"{where} fetches {target}: the site must work without a network")
                continue
            file = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not file.exists():
                wrong.append(f"{where} leads to {target[:100]}, where nothing is")
            elif parts.fragment and file in pages and unquote(parts.fragment) not in pages[file].ids:
                wrong.append(f"{where} leads to {target}, a place that the page does not have")
    return wrong


if __name__ == "__main__":
    found = broken(Path(sys.argv[1]))
    print("\n".join(found) or "Every link leads somewhere.")
    sys.exit(bool(found))
