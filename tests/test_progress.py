"""The bar of what takes long."""

import contextlib
from typing import Any

import pytest
from tqdm.auto import tqdm

from aero_nb import progress
from aero_nb.progress import counted, shown


@pytest.fixture(autouse=True)
def fixture_no_bars_of_others():
    """Bars that other tests of this process left open are not counted here."""
    for bar in list(tqdm._instances):
        bar.close()


def test_a_bar_is_closed_at_the_end_of_its_block(capsys):
    with shown(True, "reading") as report:
        report(1, 3)
        assert len(tqdm._instances) == 1
    assert len(tqdm._instances) == 0
    assert "reading" in capsys.readouterr().err


def test_a_bar_is_closed_where_the_work_fails(capsys):
    def fail(report):
        report(1, 3)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), shown(True, "reading") as report:
        fail(report)
    assert len(tqdm._instances) == 0


@pytest.mark.parametrize("fails", [False, True])
def test_in_a_notebook_only_the_bar_of_what_failed_stays_and_is_red(monkeypatch, fails):
    notebook = pytest.importorskip("tqdm.notebook", reason="needs pip install 'aero-nb[lab]'")
    pytest.importorskip("ipywidgets")
    base: Any = notebook.tqdm
    bars = []

    class Bar(base):
        def __init__(self, *args, **options):
            super().__init__(*args, **options, display=False)
            bars.append(self)

    def work(report):
        report(1, 3)  # fewer than was estimated
        if fails:
            raise ZeroDivisionError

    monkeypatch.setattr("tqdm.auto.tqdm", Bar)
    with contextlib.suppress(ZeroDivisionError), shown(True, "reading") as report:
        work(report)
    (bar,) = bars
    assert bar.container.children[1].bar_style == ("danger" if fails else "")


def test_a_bar_is_closed_where_the_items_are_not_taken_to_the_end(capsys):
    items = counted("abc", 3, "adding", "file", progress=True)
    assert next(items) == "a"
    assert next(items) == "b"
    del items  # as a loop that is left does
    assert len(tqdm._instances) == 0


def test_the_callers_own_callback_is_told_and_nothing_shown(capsys):
    told = []
    with shown(lambda done, total: told.append((done, total)), "reading") as report:
        report(1, 3)
    with shown(False, "reading") as nothing:
        assert nothing is None
    assert told == [(1, 3)]
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(("seconds", "done", "is_shown"), [(0.2, 1, False), (0.5, 5, False), (0.5, 1, True)])
def test_a_bar_is_shown_where_the_whole_would_take_two_seconds_and_not_before_a_look(
    monkeypatch, capsys, seconds, done, is_shown
):
    now = [1_000.0]
    monkeypatch.setattr(progress, "_watched", lambda: True)
    monkeypatch.setattr("aero_nb.progress.time.monotonic", lambda: now[0])
    with shown(None, "reading") as report:
        now[0] += seconds
        report(done, 10)
        assert (len(tqdm._instances) == 1) == is_shown


def test_the_number_of_items_done_is_reported_after_each():
    reports = []
    items = counted("abc", 3, "adding", "file", progress=lambda done, total: reports.append((done, total)))
    assert list(items) == ["a", "b", "c"]
    assert reports == [(1, 3), (2, 3), (3, 3)]
