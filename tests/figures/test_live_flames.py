"""The flame graph in a page: zoom, search, hover, keys, without plotly.js; the tree that it is given."""

import base64
import copy
import json
import random
import zlib
from typing import Any

import pytest

from aero_nb.analysis.trees import call_tree, difference_tree
from aero_nb.figures import flame_graph
from aero_nb.figures.differences import difference_flame_graph
from aero_nb.figures.figure import PLOTLY_MIMETYPE
from aero_nb.figures.live_flames import MAX_NODES
from aero_nb.figures.palette import color_index
from tests.support.browsers import rest
from tests.support.picture_tables import nested_spans

ROW = 18
# frame 100 (render 60 (draw 40), present 30), idle 50, on one thread; draw 50 on another
SPANS = nested_spans(
    [
        (0, "frame", 0.0, 100.0),
        (0, "render", 0.0, 60.0),
        (0, "draw", 10.0, 40.0),
        (0, "present", 60.0, 30.0),
        (0, "idle", 100.0, 50.0),
        (1, "draw", 0.0, 50.0),
    ]
)


def packed_of(figure: Any) -> Any:
    """What the page unpacks."""
    return json.loads(zlib.decompress(base64.b64decode(figure.layout.meta["flames"])))


def paths_of(figure: Any) -> dict[str, tuple[float, float, int]]:
    """Total, self time and count by path, as the page has them."""
    flames = packed_of(figure)
    (part,) = flames["parts"]
    paths: list[str] = []
    parent = -1
    for step, name in zip(part["parent"], part["name"], strict=True):
        parent += step
        paths.append((f"{paths[parent]}/" if parent >= 0 else "") + (flames["names"][name] if name >= 0 else "…"))
    return dict(zip(paths, zip(part["total"], part["self"], part["count"], strict=True), strict=True))


def test_the_page_is_given_the_whole_tree() -> None:
    assert paths_of(flame_graph(SPANS)) == {
        "Main": (150, 0, 1),
        "cpu": (50, 0, 1),
        "Main/frame": (100, 10, 1),
        "Main/idle": (50, 50, 1),
        "Main/frame/render": (60, 20, 1),
        "Main/frame/present": (30, 30, 1),
        "Main/frame/render/draw": (40, 40, 1),
        "cpu/draw": (50, 50, 1),
    }
    flames = packed_of(flame_graph(SPANS))
    assert flames["colors"] == [color_index(name) for name in flames["names"]]


def test_thousands_of_nodes_are_kept_and_the_others_counted() -> None:
    rows = [(0, "a", 0.0, 40_000.0)] + [(0, f"name {chr(97 + k % 26)}{k}", k * 2.0, 1.0) for k in range(14_000)]
    paths = paths_of(flame_graph(nested_spans(rows), by=None))
    assert MAX_NODES <= len(paths) <= MAX_NODES + 1 or "a/…" not in paths
    assert sum(count for _, _, count in paths.values()) == 14_001
    assert len(flame_graph(nested_spans(rows), by=None)._repr_mimebundle_()["text/html"]) < 300_000


def test_the_figure_is_plotlys_own_but_for_its_page_form() -> None:
    figure = flame_graph(SPANS)
    assert PLOTLY_MIMETYPE not in figure._repr_mimebundle_()
    assert packed_of(copy.deepcopy(figure)) == packed_of(figure)
    figure.add_scatter(x=[0.0], y=[0.0])  # only plotly draws that
    bundle = figure._repr_mimebundle_()
    assert PLOTLY_MIMETYPE in bundle
    assert "aeroNbAwaken.mount" not in figure.to_html()


class Shown:
    """A flame graph in a page; bars are found by the text of their tip."""

    def __init__(self, page: Any, html: str, style: str = "background:#fff") -> None:
        self.page = page
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda message: self.errors.append(message.text))
        page.set_viewport_size({"width": 800, "height": 600})
        page.set_content(f"<!doctype html><meta charset=utf-8><body style='{style}'>{html}</body>")
        page.wait_for_selector(".aero-flame")
        rest(page)  # what stood here before is gone, and the width is what it stays
        self.canvas = page.locator(".aero-flame")

    def point(self, share: float, row: int) -> str:
        """Move the mouse to a part of the width in a row from the top; return the lines of the tip, by bars."""
        box = self.canvas.bounding_box()
        self.page.mouse.move(box["x"] + share * box["width"], box["y"] + (row + 0.5) * ROW)
        tip = self.page.locator(".aero-tip:not([hidden]) > *")
        return " | ".join(tip.all_text_contents())

    def click(self, share: float, row: int) -> None:
        self.point(share, row)
        self.page.mouse.down()
        self.page.mouse.up()

    @property
    def word(self) -> str:
        return str(self.page.locator(".aero-flames [role=status]").text_content())


def html_of(figure: Any) -> str:
    return str(figure._repr_mimebundle_()["text/html"])


@pytest.mark.browser
def test_a_click_zooms_and_the_mouse_is_told_total_self_and_count(page: Any) -> None:
    shown = Shown(page, html_of(flame_graph(SPANS)))
    assert shown.point(0.1, 0) == "all | total 200 µs (100 %)"
    assert shown.point(0.1, 1) == "Main | total 150 µs (75.0 %)"
    assert shown.point(0.1, 2) == "frame | total 100 µs (50.0 %) | self 10.0 µs | 1 span"
    shown.click(0.1, 2)
    assert shown.point(0.9, 2).startswith("frame")
    assert (
        shown.point(0.5, 3) == "render | total 60.0 µs (30.0 %) | self 20.0 µs | 1 span | 60.0 % of what is zoomed into"
    )
    assert shown.point(0.9, 0).startswith("all")  # what led to it stays
    page.get_by_role("button", name="Show the whole flame graph").click()
    assert shown.point(0.9, 2).startswith("draw")
    assert shown.errors == []


@pytest.mark.browser
def test_a_search_marks_and_sums_without_counting_twice(page: Any) -> None:
    shown = Shown(page, html_of(flame_graph(SPANS)), "background:#111")
    before = shown.canvas.screenshot()
    page.get_by_role("searchbox").fill("draw")
    assert shown.word == "2 bars: 90.0 µs, 45.0 % of all"
    assert shown.canvas.screenshot() != before
    page.get_by_role("searchbox").fill("/^(frame|draw)$/")
    page.get_by_text("3 bars: 150 µs, 75.0 % of all", exact=True).wait_for()  # a worker tries what may be slow
    page.get_by_role("searchbox").fill("nothing of the kind")
    assert shown.word == "no match"
    page.keyboard.press("Escape")
    assert "click zooms" in shown.word
    assert shown.canvas.screenshot() == before


@pytest.mark.browser
def test_a_flame_graph_is_walked_by_keys(page: Any) -> None:
    shown = Shown(page, html_of(flame_graph(SPANS)))
    shown.canvas.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowDown"):  # the first one takes the root
        page.keyboard.press(key)
    assert shown.word.startswith("frame, total 100 µs")
    page.keyboard.press("ArrowRight")
    assert shown.word.startswith("idle, total 50.0 µs")
    page.keyboard.press("Enter")
    assert shown.point(0.9, 2).startswith("idle")
    page.keyboard.press("Escape")
    assert shown.point(0.9, 2).startswith("draw")


@pytest.mark.browser
def test_a_sandwich_zooms_in_both_directions(page: Any) -> None:
    shown = Shown(page, html_of(flame_graph(SPANS, around="render")))
    assert shown.point(0.5, 0).startswith("frame")
    assert shown.point(0.5, 1) == "render | total 60.0 µs (100 %) | self 20.0 µs | 1 span"
    assert shown.point(0.1, 2).startswith("draw")
    shown.click(0.1, 2)
    assert shown.point(0.9, 2).startswith("draw")
    assert shown.point(0.9, 0).startswith("frame")


@pytest.mark.browser
def test_a_difference_tells_both_sides(page: Any) -> None:
    tree = call_tree(SPANS)
    slower = tree.assign(total_us=tree["total_us"] * 1.5)
    shown = Shown(page, html_of(difference_flame_graph(difference_tree([tree], [slower]))))
    assert shown.point(0.1, 1) == "frame | 100 µs → 150 µs (+50.0 %)"


@pytest.mark.browser
def test_plotlys_own_page_has_the_flame_graph_too(page: Any) -> None:
    shown = Shown(page, flame_graph(SPANS).to_html())
    assert shown.point(0.1, 2).startswith("frame")
    assert page.locator(".main-svg").count() == 0
    assert shown.errors == []


@pytest.mark.browser
def test_ten_thousand_nodes_are_drawn_and_zoomed(page: Any) -> None:
    rng = random.Random(1)
    rows = [(0, "root", 0.0, 4e6)]
    rows += [(0, f"part {chr(97 + k)}", k * 1.5e5, 1.4e5) for k in range(26)]
    rows += [
        (0, f"leaf {rng.randrange(16**6):x}", k * 1.5e5 + i * 340.0, rng.uniform(1, 300))
        for k in range(26)
        for i in range(390)
    ]
    shown = Shown(page, html_of(flame_graph(nested_spans(rows), by=None)))
    assert shown.point(0.01, 2).endswith("more | too narrow to draw one by one: a click zooms")
    shown.click(0.01, 2)
    assert shown.point(0.001, 2).startswith("leaf")
    assert shown.errors == []
