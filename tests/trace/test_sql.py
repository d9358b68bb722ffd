"""SQL over the tables: what is there, what a wrong query says, and what a query cannot reach."""

import json

import pandas as pd
import pytest

from aero_nb import AeroNBError, Trace

pytest.importorskip("duckdb")

EVENTS = [
    {"ph": "M", "name": "process_name", "pid": 1, "args": {"name": "Aero"}},
    {"ph": "B", "name": "frame", "pid": 1, "tid": 1, "ts": 0, "args": {"number": 7}},
    {"ph": "X", "name": "render", "pid": 1, "tid": 1, "ts": 1, "dur": 5},
    {"ph": "E", "name": "frame", "pid": 1, "tid": 1, "ts": 10},
    {"ph": "X", "name": "apply", "pid": 1, "tid": 1, "ts": 20, "dur": 5},
    {"ph": "C", "name": "memory", "pid": 1, "tid": 1, "ts": 3, "args": {"kb": 12.5}},
    {"ph": "i", "name": "vsync", "pid": 1, "tid": 1, "ts": 4},
]


@pytest.fixture(scope="module")
def trace():
    return Trace.from_bytes(json.dumps(EVENTS).encode())


def test_a_query_sees_the_tables_under_their_own_names(trace):
    found = trace.query("SELECT name, sum(dur_us) AS total_us FROM spans GROUP BY name ORDER BY total_us DESC, name")
    assert found["name"].tolist() == ["frame", "apply", "render"]
    assert found["total_us"].tolist() == [10.0, 5.0, 5.0]


def test_names_are_ordered_as_texts_not_as_the_file_met_them(trace):
    assert trace.query("SELECT name FROM spans ORDER BY name")["name"].tolist() == ["apply", "frame", "render"]
    assert trace.query("SELECT max(name) AS last FROM spans")["last"].tolist() == ["render"]


def test_the_index_is_a_column_so_that_parents_can_be_joined(trace):
    sql = "SELECT child.name AS child, p.name AS parent FROM spans child JOIN spans p ON child.parent = p.span"
    assert trace.query(sql).to_dict("records") == [{"child": "render", "parent": "frame"}]


def test_args_are_json_of_the_span_they_belong_to(trace):
    found = trace.query("SELECT name, args->>'$.number' AS number FROM args JOIN spans USING (span)")
    assert found.to_dict("records") == [{"name": "frame", "number": "7"}]


@pytest.mark.parametrize(
    "table", ["instants", "counters", "async_spans", "flows", "tracks", "losses", "gaps", "events"]
)
def test_every_table_can_be_asked(trace, table):
    own = trace.to_dataframe() if table == "events" else getattr(trace, table)
    assert trace.query(f"SELECT count(*) AS n FROM {table}")["n"].tolist() == [len(own)]


def test_an_answer_is_a_frame_of_its_own_without_ordered_categories(trace):
    found = trace.query("SELECT DISTINCT name FROM spans")
    assert not found["name"].cat.ordered
    pd.testing.assert_frame_equal(trace.query("SELECT 1 AS one"), pd.DataFrame({"one": [1]}, dtype="int32"))


def test_a_timestamp_in_the_answer_makes_no_warning(trace):
    assert len(trace.query("SELECT '2026-01-01'::TIMESTAMPTZ AS start")) == 1


def test_a_query_of_nothing_answers_nothing(trace):
    assert trace.query("-- only a comment").empty


@pytest.mark.parametrize("sql", ["SELECT nme FROM spans", "SELEC 1", "SELECT * FROM slices"])
def test_a_wrong_query_says_what_is_wrong_and_which_tables_there_are(trace, sql):
    with pytest.raises(AeroNBError, match=r"(?s)the query failed: .*The tables are spans, instants"):
        trace.query(sql)


def test_a_query_reaches_no_file_no_network_and_no_variable_of_the_caller(trace, tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text("key\n1\n")
    mine = pd.DataFrame({"key": [1]})
    attempts = [
        f"SELECT * FROM '{secret}'",
        f"SELECT * FROM read_text('{secret}')",
        f"COPY spans TO '{tmp_path / 'out.csv'}'",
        f"ATTACH '{tmp_path / 'other.db'}'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SELECT * FROM 'https://example.com/x.csv'",
        "SET enable_external_access = true",
        "RESET lock_configuration",
        "SELECT * FROM mine",
        "SELECT getenv('HOME')",
    ]
    assert len(mine) == 1
    for sql in attempts:
        with pytest.raises(AeroNBError):
            trace.query(sql)
    assert [path.name for path in tmp_path.iterdir()] == ["secret.csv"]
