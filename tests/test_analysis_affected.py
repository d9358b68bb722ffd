"""Every result says what share of its time lost or repaired data can bend: tiny cases, and brute force."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import span_rows, spans_of

from aero_nb.analysis import bottom_up, call_tree, sandwich, summary

bent_spans = st.lists(st.tuples(span_rows, st.booleans()), max_size=10).map(
    lambda rows: spans_of([row for row, _ in rows]).assign(bent=[bent for _, bent in rows])
)
"""Random spans, each said to be affected or not."""


def share(spans):
    """Self time in affected spans / self time, 0 where there is none."""
    total = spans["self_us"].sum()
    return spans.loc[spans["bent"].astype(bool), "self_us"].sum() / total if total else 0.0


def chain(spans, index):
    """A span and those that hold it, innermost first."""
    found = [index]
    while spans.loc[found[-1], "parent"] >= 0:
        found.append(spans.loc[found[-1], "parent"])
    return found


def path(tree, node):
    """The names from a node of a tree up to its root."""
    names = [tree.loc[node, "name"]]
    while (node := tree.loc[node, "parent"]) >= 0:
        names.append(tree.loc[node, "name"])
    return names


def names_of(spans, indices):
    return [spans.loc[index, "name"] for index in indices]


def a_tree():
    """10 µs of `a` hold 4 of `b`, which hold 1 of `c`; on the other thread 5 more of `a`."""
    return spans_of([(0, 10, "a", 0), (2, 4, "b", 0), (3, 1, "c", 0), (0, 5, "a", 1)])


def test_a_node_of_a_call_tree_says_which_share_of_its_time_and_all_beneath_can_be_bent():
    spans = a_tree()
    tree = call_tree(spans, bent=spans["name"] == "b").set_index("name")
    assert tree["affected_share"].to_dict() == {"a": 3 / 15, "b": 3 / 4, "c": 0}
    by_thread = call_tree(spans, "thread", spans["thread"] == "io").set_index("name")
    assert by_thread.loc[["cpu", "io"], "affected_share"].tolist() == [0, 1]


def test_a_name_seen_from_below_says_which_share_of_its_self_time_can_be_bent():
    spans = a_tree()
    tree = bottom_up(spans, bent=spans["thread"] == "io").set_index("name")
    assert tree["affected_share"].iloc[:1].to_dict() == {"a": 5 / 11}


def test_both_sides_of_a_sandwich_say_which_share_of_the_time_in_the_name_can_be_bent():
    spans = a_tree()
    callers, callees = sandwich(spans, "b", bent=spans["name"] == "c")
    assert callees.set_index("name")["affected_share"].to_dict() == {"b": 1 / 4, "c": 1}
    assert callers.set_index("name")["affected_share"].to_dict() == {"b": 1 / 4, "a": 1 / 4}


def test_without_being_told_what_is_affected_there_is_no_column():
    for table in (summary(a_tree()), call_tree(a_tree()), bottom_up(a_tree()), *sandwich(a_tree(), "b")):
        assert "affected_share" not in table


@pytest.mark.parametrize("none", [True, False])
def test_an_empty_tree_has_the_column_too(none):
    spans = a_tree()
    bent = spans["name"] == "b"
    chosen = spans.iloc[:0] if none else spans
    for table in (call_tree(chosen, bent=bent), bottom_up(chosen, bent=bent), *sandwich(chosen, "b", bent=bent)):
        assert list(table) == ["name", "parent", "depth", "count", "total_us", "self_us", "affected_share"]
        assert table.empty == none


@given(bent_spans)
def test_shares_in_call_trees_equal_sums_over_the_spans_beneath(spans):
    tree = call_tree(spans, bent=spans["bent"].astype(bool))
    for node, row in tree.iterrows():
        names = path(tree, node)
        under = [names_of(spans, chain(spans, i))[-len(names) :] == names for i in spans.index]
        assert row["affected_share"] == pytest.approx(share(spans[under]))
    roots = call_tree(spans, "thread", spans["bent"].astype(bool)).query("parent == -1").set_index("name")
    by_thread = summary(spans, "thread", spans["bent"].astype(bool))
    assert roots["affected_share"].to_dict() == pytest.approx(by_thread["affected_share"].to_dict())


@given(bent_spans)
def test_shares_from_below_equal_sums_over_the_spans_of_that_path(spans):
    tree = bottom_up(spans, bent=spans["bent"].astype(bool))
    for node, row in tree.iterrows():
        names = path(tree, node)[::-1]
        own = [names_of(spans, chain(spans, i))[: len(names)] == names for i in spans.index]
        assert row["affected_share"] == pytest.approx(share(spans[own]))


@given(bent_spans)
def test_shares_of_callers_equal_sums_over_what_the_name_holds(spans):
    callers, _ = sandwich(spans, "b", bent=spans["bent"].astype(bool))
    for node, row in callers.iterrows():
        names = path(callers, node)[::-1]
        under = []
        for i in spans.index:
            holders = chain(spans, i)
            named = [place for place, holder in enumerate(holders) if spans.loc[holder, "name"] == "b"]
            under.append(bool(named) and names_of(spans, holders[named[-1] :])[: len(names)] == names)
        assert row["affected_share"] == pytest.approx(share(spans[under]))
