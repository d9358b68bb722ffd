"""Any bytes: only TraceFormatError escapes. The long run is ``benchmarks/fuzz.py``."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.broken_traces import SEEDS, assert_survives

TOKENS = st.sampled_from(
    [
        b'"',
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b":",
        b"\\",
        b"\x00",
        b"\xff",
        b"null",
        b"NaN",
        b"1e999",
        b"-",
        b'"ph":"E",',
        b"\n",
    ]
)


@st.composite
def broken(draw: st.DrawFn) -> bytes:
    """A seed with some bytes taken out, put in, repeated, or cut off."""
    data = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = draw(st.integers(start, min(len(data), start + 40)))
        piece = draw(st.one_of(st.just(b""), TOKENS, st.binary(max_size=4), st.just(data[start:end] * 2)))
        data = data[:start] + piece + data[end:]
    return data[: draw(st.integers(0, len(data)))] if draw(st.booleans()) else data


@pytest.mark.parametrize("seed", range(len(SEEDS)))
def test_the_seeds_themselves_load_or_are_refused(seed):
    assert assert_survives(SEEDS[seed]) == (SEEDS[seed] != b"{}")


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(broken())
def test_a_broken_trace_loads_or_is_refused(data):
    assert_survives(data)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_load_or_are_refused(data):
    assert_survives(data)
