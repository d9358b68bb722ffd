"""The notebook about slow frames: each planted cause is named, from Chrome's own trace of a real page."""

import re

import pytest

from tests.support.browser_notebooks import executed, is_committed_without_outputs, said

pytest.importorskip("nbformat", reason="needs pip install 'aero-nb[lab]'")

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NOTEBOOK = "why_slow.ipynb"


def test_it_is_committed_without_outputs() -> None:
    assert is_committed_without_outputs(NOTEBOOK)


def test_each_planted_cause_is_named(tmp_path) -> None:
    outputs = executed(NOTEBOOK, tmp_path)
    told = said(outputs, "from IPython.display import Markdown")
    words = dict(re.findall(r"\*\*planted: (\w+)\*\*: Frame \d+ (.*)", told))
    assert "garbage collection on `Main` +" in words["collector"]
    assert "style and layout on `Main` +" in words["layout"]
    assert "`Layout`" in words["layout"]
    assert re.search(r"compiling on `Main` \+.*`wasm\.SyncCompile`", words["compiler"])
    assert "script on `Main` +" in words["script"]
    assert re.search(r"sampled meanwhile: .*`hot` .*on `Main` \+", words["script"])
    assert "hot" in said(outputs, 'trace.summary(["name"')
    assert "gc_ms" in said(outputs, "columns = ")
    assert "timeline of" in said(outputs, "at = marks")
