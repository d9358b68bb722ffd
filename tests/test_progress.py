"""The bar of what takes long."""

import pytest
from tqdm.auto import tqdm

from aero_nb.progress import counted, shown


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


def test_a_bar_is_closed_where_the_items_are_not_taken_to_the_end(capsys):
    items = counted("abc", 3, "adding", "file", progress=True)
    assert next(items) == "a"
    assert next(items) == "b"
    items.close()
    assert len(tqdm._instances) == 0


def test_the_callers_own_callback_is_told_and_nothing_shown(capsys):
    told = []
    with shown(lambda done, total: told.append((done, total)), "reading") as report:
        report(1, 3)
    with shown(False, "reading") as nothing:
        assert nothing is None
    assert told == [(1, 3)]
    assert capsys.readouterr().err == ""
