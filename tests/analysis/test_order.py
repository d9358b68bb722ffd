"""Every function takes spans in any order of rows: a user sorts a table and asks on."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from aero_nb.analysis import (
    affected,
    affected_times,
    bottom_up,
    call_tree,
    crossing,
    flatten,
    frames,
    gaps_between,
    overlaps,
    summary,
    utilisation,
)
from tests.support.analysis_tables import span_rows, spans_by_rules

NO_LOSSES = pd.DataFrame({"dropped_records": pd.array([0, 0], dtype="Int64"), "export_timed_out": False})
NO_GAPS = pd.DataFrame({"track": [0], "start_us": [30.0], "end_us": [31.0], "dropped_records": [1]})


def shuffled(spans, seed):
    return spans.iloc[np.random.default_rng(seed).permutation(len(spans))]


spans_and_orders = st.tuples(st.lists(span_rows, max_size=9).map(spans_by_rules), st.integers(0, 5)).map(
    lambda drawn: (drawn[0], shuffled(*drawn))
)
"""Random spans, crossing ones among them, and the same rows in another order."""


def same(one, other):
    """Equal up to the order of rows; floats are added up in another order."""
    keys = [column for column in one if one[column].dtype != "float64"] + ["ts_us", "dur_us"]
    keys = [key for key in keys if key in one]
    one, other = (table.sort_values(keys).reset_index(drop=True) if keys else table for table in (one, other))
    pd.testing.assert_frame_equal(one, other, check_dtype=False, check_categorical=False)


@given(spans_and_orders)
def test_what_is_affected_does_not_depend_on_the_order_of_rows(drawn):
    spans, resorted = drawn
    pd.testing.assert_series_equal(crossing(resorted).sort_index(), crossing(spans), check_index_type=False)
    found = affected(resorted, NO_LOSSES, NO_GAPS)
    pd.testing.assert_series_equal(found.sort_index(), affected(spans, NO_LOSSES, NO_GAPS), check_index_type=False)
    same(*(affected_times(table, NO_LOSSES, NO_GAPS) for table in drawn))


@given(spans_and_orders)
def test_slices_and_intervals_do_not_depend_on_the_order_of_rows(drawn):
    same(*map(flatten, drawn))
    same(*(utilisation(table, 5, (0, 21)) for table in drawn))
    same(*(gaps_between(table, "cpu") for table in drawn))
    same(*(overlaps(table[table["name"] == "a"], table[table["name"] == "b"]) for table in drawn))


@given(spans_and_orders)
def test_sums_trees_and_frames_do_not_depend_on_the_order_of_rows(drawn):
    one, other = (summary(table).sort_index() for table in drawn)
    pd.testing.assert_frame_equal(one, other, check_index_type=False)
    for tree in (call_tree, bottom_up):
        paths = [tree(table).query("depth == 0").set_index("name").sort_index() for table in drawn]
        pd.testing.assert_frame_equal(*(path[["count", "total_us", "self_us"]] for path in paths))
    one, other = (frames(table, span="a").sort_values("span", ignore_index=True) for table in drawn)
    pd.testing.assert_frame_equal(one[other.columns], other, check_dtype=False, check_categorical=False)
