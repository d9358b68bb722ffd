"""The page side is what its sources say, seen without Node: stale bundles, a stale description of the wire."""

import hashlib
import importlib.util
import json
import posixpath
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FRONT = ROOT / "aero_nb" / "timeline" / "front"
BUNDLES = [
    *sorted((ROOT / "aero_nb" / "timeline" / "bundle").glob("*.js")),
    ROOT / "aero_nb" / "figures" / "awaken.js",
    ROOT / "aero_nb" / "figures" / "flames_awaken.js",
    ROOT / "aero_nb" / "live" / "bundle.js",
]

pytestmark = pytest.mark.skipif(not FRONT.is_dir(), reason="needs the sources of the page side (a checkout)")


def source_hash() -> str:
    """The hash that front/build.js writes into each bundle's header."""
    sources = [path for path in (FRONT / "src").rglob("*") if path.is_file()]
    names = sorted(
        path.relative_to(FRONT).as_posix() for path in [*sources, FRONT / "build.js", FRONT / "package-lock.json"]
    )
    found = hashlib.sha256()
    for name in names:
        found.update(name.encode() + b"\0" + (FRONT / name).read_bytes())
    return found.hexdigest()


@pytest.mark.parametrize("bundle", BUNDLES, ids=lambda path: path.stem)
def test_a_bundle_was_built_from_the_present_sources(bundle: Path) -> None:
    header = bundle.read_text(encoding="utf-8").split("\n", 1)[0]
    assert source_hash() in header, f"{bundle.name} is stale: run scripts/front --write"


def test_there_is_a_bundle_for_each_use() -> None:
    assert [path.stem for path in BUNDLES] == [
        "awaken",
        "loader",
        "opener",
        "timeline",
        "awaken",
        "flames_awaken",
        "bundle",
    ]


def test_the_page_s_description_of_the_wire_is_the_python_one() -> None:
    spec = importlib.util.spec_from_file_location("wire_types", ROOT / "scripts" / "wire_types.py")
    assert spec is not None
    assert spec.loader is not None
    wire_types = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(wire_types)
    assert wire_types.WIRE_TS.read_text(encoding="utf-8") == wire_types.typescript(), "run scripts/front --write"


def test_the_sections_of_the_wire_are_described_once_each() -> None:
    from typing import get_args

    from aero_nb.timeline import wire

    keys = [*get_args(wire.IntegerKey), *get_args(wire.FloatKey), *get_args(wire.TextKey)]
    assert sorted(keys) == sorted(wire.Sections.__annotations__)


def test_the_lock_file_names_versions_and_hashes_but_no_host() -> None:
    lock = json.loads((FRONT / "package-lock.json").read_text(encoding="utf-8"))
    installed = {name: package for name, package in lock["packages"].items() if name}
    assert all("resolved" not in package for package in installed.values())
    assert all(package["integrity"].startswith("sha512-") for package in installed.values())


def test_no_bundle_fetches_anything() -> None:
    for bundle in BUNDLES:
        text = bundle.read_text(encoding="utf-8")
        assert "fetch(" not in text
        assert "XMLHttpRequest" not in text
        assert "eval(" not in text


ROOMS = ("data", "logic", "draw", "page", "entries")  # docs/front-end.md: each knows itself and those before it
IMPORT = re.compile(r"""(?:\bfrom|\bimport|\bimport\()\s*["'](\.[^"']*)["']""")
PAGE_GLOBALS = re.compile(r"\b(?:document|window|navigator|location|localStorage)\s*[.?\[]|\b(?:HTML|SVG)\w*Element\b")


def rooms_imported_by(source: Path) -> set[str]:
    """The folders of ``src`` that a file imports from, for types too."""
    here = source.parent.relative_to(FRONT / "src").as_posix()
    targets = IMPORT.findall(source.read_text(encoding="utf-8"))
    return {posixpath.normpath(posixpath.join(here, target)).partition("/")[0] for target in targets}


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_of_the_page_side_imports_no_later_room(room: str) -> None:
    allowed = set(ROOMS[: ROOMS.index(room) + 1])
    sources = sorted((FRONT / "src" / room).rglob("*.ts"))
    found = {source.name: rooms_imported_by(source) for source in sources}
    assert any(found.values()), "no import was recognised"
    assert {name: rooms - allowed for name, rooms in found.items() if rooms - allowed} == {}


def test_every_source_of_the_page_side_lies_in_a_room() -> None:
    assert {path.relative_to(FRONT / "src").parts[0] for path in (FRONT / "src").rglob("*.ts")} == set(ROOMS)


@pytest.mark.parametrize("room", ["data", "logic"])
def test_what_knows_no_page_uses_nothing_of_one(room: str) -> None:
    for source in sorted((FRONT / "src" / room).rglob("*.ts")):
        code = re.sub(r"/\*.*?\*/|//[^\n]*", "", source.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert PAGE_GLOBALS.findall(code) == [], source.name


def test_the_style_sheets_take_all_colours_from_the_shared_themes() -> None:
    colors = (FRONT / "src" / "logic" / "colors.ts").read_text(encoding="utf-8")
    themes = colors.split("export const THEMES", 1)[1]
    known = set(re.findall(r"^ {4}(\w+): ", themes, re.MULTILINE))
    sizes = {"gutter", "top", "right", "panel"}
    for sheet in (FRONT / "src" / "page" / "style").glob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        assert not re.search(r"#[0-9a-f]{3,8}\b|--(paper|ink|faint|line|band|mark)\s*:", text), sheet.name
        assert set(re.findall(r"var\(--([\w-]+)", text)) <= known | sizes, sheet.name
