"""Counters with one number each are decoded without an object for each: to what the long way says, or not at all."""

import json
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aero_nb.reader.counters import _sample_objects, _single_samples

KEYS = st.text(alphabet='ab:"{},\\é', max_size=3)
NUMBERS = st.one_of(st.integers(-(10**25), 10**25), st.floats(allow_nan=False, allow_infinity=False))
VALUES = st.one_of(
    NUMBERS, st.text(alphabet='1:"{', max_size=2), st.none(), st.booleans(), st.just([1]), st.just({"a": 1})
)
ARGS = st.one_of(
    st.dictionaries(KEYS, NUMBERS, min_size=1, max_size=1), st.dictionaries(KEYS, VALUES, max_size=2), VALUES
)


@given(st.lists(ARGS, min_size=1, max_size=5), st.booleans())
def test_they_are_those_of_the_objects(args, escaped):
    raws = [json.dumps(one, ensure_ascii=escaped).encode() for one in args]
    found = _single_samples(raws)
    if found is not None:
        objects, plain = _sample_objects(raws)
        assert plain
        assert list(map(len, objects)) == [1] * len(raws)
        assert found == (list(chain.from_iterable(objects)), [value for one in objects for value in one.values()])


@pytest.mark.parametrize(
    "raws",
    [
        [b"{}", b'{"a":1,"b":2}'],
        [b'{"a":{"b":1}}', b"5"],
        [b"5", b'{"a":{"b":1}}'],
        [b'{"a":"1"}', b"{}"],
        [b'{"a":[1]}'],
        [b'{"a:":1}'],
        [b'{"a\\"":1}'],
        [b'{"a":1e400}'],
        [b'"a"', b'{"b":1}'],
        [b""],
    ],
)
def test_what_is_not_one_number_each_goes_the_long_way(raws):
    assert _single_samples(raws) is None


def test_what_is_one_number_each_does_not():
    assert _single_samples([b'{"a":1}', b'{ "\\u00e9" : -0.5 }']) == (["a", "é"], [1.0, -0.5])
