"""Put together what Sphinx reads: the documents, executed notebooks, the API reference, plotly.js.

``python scripts/site/assemble.py SOURCE NOTEBOOKS``: notebooks that were executed before, with the same code, are taken
from the folder NOTEBOOKS.
"""

import hashlib
import os
import re
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import reference  # noqa: E402
from plotly.offline import get_plotlyjs  # noqa: E402

from aero_nb.notebook_page import execute_notebook  # noqa: E402
from tests.support.aero_site import AeroSite  # noqa: E402

AT_ONCE = 2  # notebooks: each has a kernel, some have workers
BESIDE = ("CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")
_LINK = re.compile(r"(?<!!)\[([^\]\n]+)\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^(```|~~~).*?^\1\s*$", re.DOTALL | re.MULTILINE)


def main(source: Path, cache: Path) -> None:
    """Fill the folder ``source`` anew."""
    shutil.rmtree(source, ignore_errors=True)
    static, here = source / "_static", Path(__file__).parent
    shutil.copytree(here / "static", static)
    for settings in ("conf.py", "gallery.py"):
        shutil.copy(here / settings, source / settings)
    (static / "plotly.min.js").write_text(get_plotlyjs(), encoding="utf-8")
    documents(source)
    notebooks(source / "notebooks", cache)
    reference.write(source / "api")


def documents(source: Path) -> None:
    """Copy every document and picture; links to files that are no pages become the files' names."""
    pages = {path.name: path for path in (ROOT / "docs").glob("*.md")}
    pages |= {name: ROOT / name for name in BESIDE} | {"benchmarks.md": ROOT / "benchmarks" / "README.md"}
    for name, path in pages.items():
        (source / name).write_text(_outside_fences(path.read_text(encoding="utf-8"), path), encoding="utf-8")
    for picture in (ROOT / "docs").glob("*.png"):
        shutil.copy(picture, source / picture.name)
    index = (source / "index.md").read_text(encoding="utf-8")
    for name, text in in_parts(with_unlisted(index, pages)).items():
        (source / name).write_text(text, encoding="utf-8")


def with_unlisted(index: str, pages: dict[str, Path]) -> str:
    """Return the front page with every page that it does not list, among how-tos, so that a new one is never lost."""
    stems = {Path(name).stem for name in pages} | {
        f"notebooks/{path.stem}" for path in (ROOT / "notebooks").glob("*.ipynb")
    }
    listed = set(re.findall(r"^[\w./-]+$", index, re.MULTILINE))
    unlisted = sorted(stems - listed - {"index"})
    if not unlisted:
        return index
    return index + "\n".join(["", "```{toctree}", ":caption: More", ":maxdepth: 1", "", *unlisted, "```", ""])


def in_parts(index: str) -> dict[str, str]:
    """Return the front page and a page for each of its lists: the site's header names those."""
    pages = {}
    for block, caption in _LIST.findall(index):
        part = f"{caption.lower().replace(' ', '-')}.md"
        pages[part] = f"# {caption}\n\n" + block.replace(f":caption: {caption}\n", "")
        index = index.replace(block, "")
    stems = "\n".join(name.removesuffix(".md") for name in pages)
    return {"index.md": f"{index.rstrip()}\n\n```{{toctree}}\n:hidden:\n\n{stems}\n```\n", **pages}


_LIST = re.compile(r"(```\{toctree\}\n:caption: ([^\n]+)\n.*?^```\n)", re.DOTALL | re.MULTILINE)


def _outside_fences(text: str, path: Path) -> str:
    """Rewrite links, but those in code."""
    parts, end = [], 0
    for fence in _FENCE.finditer(text):
        parts += [_LINK.sub(lambda link: moved(link, path), text[end : fence.start()]), fence[0]]
        end = fence.end()
    return "".join([*parts, _LINK.sub(lambda link: moved(link, path), text[end:])])


def moved(link: re.Match[str], path: Path) -> str:
    """Return a link of a document as it leads in the site, where all pages lie in one folder."""
    label, target = link[1], link[2]
    if re.match(r"[a-z]+:|#", target):
        return link[0]
    name, _, anchor = target.partition("#")
    place = (path.parent / name).resolve()
    if path.name == "index.md" and name.startswith("api/"):
        return link[0]
    if not place.exists():
        if path.parent == ROOT / "docs" and name.startswith(("api/", "notebooks/")):
            return link[0]
        raise SystemExit(f"{path.relative_to(ROOT)} links to {target}, where nothing is")
    new = _page_of(place)
    if new is None:
        shown = str(place.relative_to(ROOT))
        return f"`{shown}`" if label.strip("`") == shown else f"{label} (`{shown}`)"
    return f"[{label}]({new}{'#' + anchor if anchor else ''})"


def _page_of(place: Path) -> str | None:
    """Return where a file of the repository is in the site; None: it is no page there."""
    inside = place.relative_to(ROOT)
    if inside.parts[0] == "notebooks" and place.suffix == ".ipynb":
        return str(inside)
    if str(inside) == "benchmarks/README.md":
        return "benchmarks.md"
    if inside.parent == Path("docs") or str(inside) in BESIDE:
        return inside.name
    return "index.md" if str(inside) == "README.md" else None


def notebooks(target: Path, cache: Path) -> None:
    """Execute every notebook that is not in the cache with this very code, and copy them all."""
    target.mkdir(parents=True)
    cache.mkdir(parents=True, exist_ok=True)
    code = _code_hash()
    site = AeroSite()  # the page that notebooks/browser.ipynb drives
    os.environ["AERO_URL"] = site.url
    paths = sorted((ROOT / "notebooks").glob("*.ipynb"))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for path, done in zip(paths, pool.map(lambda path: executed(path, cache, code), paths), strict=True):
            shutil.copy(done, target / path.name)
    site.close()


def executed(path: Path, cache: Path, code: str) -> Path:
    """Return the executed notebook from the cache, into which it is put where it is not there."""
    digest = hashlib.sha256(path.read_bytes() + code.encode()).hexdigest()[:16]
    done = cache / f"{path.stem}-{digest}.ipynb"
    if not done.exists():
        print(f"running {path.name}", flush=True)
        scratch = cache / f"{path.stem}-{digest}"
        shutil.rmtree(scratch, ignore_errors=True)
        shutil.copytree(path.parent, scratch, ignore=shutil.ignore_patterns("*.json*", ".ipynb_checkpoints"))
        execute_notebook(scratch / path.name, cache / f"{done.name}.part")
        (cache / f"{done.name}.part").rename(done)
        shutil.rmtree(scratch, ignore_errors=True)
    return done


def _code_hash() -> str:
    """Return a hash of all code of the package, and of the page's that a notebook drives: outputs depend on them."""
    files = [path for root in ("aero_nb", "tests/support") for path in (ROOT / root).rglob("*") if path.is_file()]
    files = [path for path in files if path.suffix in (".py", ".js", ".img") and "node_modules" not in path.parts]
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(path.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
