"""The recording calls in C as methods of what subclasses them, and the codes of names that they keep near."""

import gc
import sys

import pytest

from aero_nb import Recorder, _native, perf
from tests.support.recorder_reading import short

CORE = _native.core()  # as when Recorder was made: in a run in pure Python it has another base
pytestmark = pytest.mark.skipif(CORE is None, reason="needs the native core, which takes a C compiler")
METHODS = ("span_begin", "span_end", "counter", "span")


@pytest.fixture(autouse=True)
def natively(monkeypatch):
    monkeypatch.setenv("AERO_NB_NATIVE", "1")


@pytest.fixture
def recorder():
    recorder = Recorder()
    recorder.trace_start()
    return recorder


# Subclasses


@pytest.mark.parametrize("kind", [Recorder, type(perf)])
def test_a_subclass_has_the_methods_as_its_own_which_the_interpreter_calls_quickest(kind):
    assert [vars(kind)[name].__objclass__ for name in METHODS] == [kind] * len(METHODS)
    assert kind.span_begin.__doc__ == CORE.RecordingCalls.span_begin.__doc__


def test_what_a_subclass_overrides_stays_overridden_below_it():
    class Shouting(Recorder):
        def span_begin(self, name):
            super().span_begin(name.upper())

    class Lower(Shouting):
        span_end = None

    recorder = Lower()
    recorder.trace_start()
    recorder.span_begin("a")
    assert short(recorder.export_trace()) == ["B A"]
    assert "span_begin" not in vars(Lower)
    assert Lower.span_end is None
    assert vars(Lower)["counter"].__objclass__ is Lower


def test_a_method_is_refused_for_an_object_of_another_class(recorder):
    class Other(Recorder):
        pass

    with pytest.raises(TypeError, match="span_begin"):
        Other.span_begin(recorder, "a")
    CORE.RecordingCalls.span_begin(recorder, "a")
    assert short(recorder.export_trace()) == ["B a"]


# Names


def fresh(name):
    """Return another object that is the same name."""
    return "".join([name[:1], name[1:]])


def test_names_are_told_apart_by_what_they_are_not_by_where_they_were(recorder):
    names = [f"name {number % 97}" for number in range(5_000)]
    for name in names:
        recorder.span_begin(fresh(name))
        recorder.span_end(fresh(name))
    assert short(recorder.export_trace()) == [f"{ph} {name}" for name in names for ph in "BE"]


def test_a_new_start_has_codes_of_its_own(recorder):
    first, second = "first one", "second one"
    recorder.span_begin(first)
    recorder.span_begin(second)
    recorder.trace_start()
    recorder.span_begin(second)
    recorder.span_end(second)
    assert short(recorder.export_trace()) == ["B second one", "E second one"]


def test_a_name_that_is_kept_near_is_let_go_of_with_its_thread_and_recorder():
    name = fresh("a name that nobody else has")
    before = sys.getrefcount(name)
    recorder = Recorder()
    recorder.trace_start()
    for _ in range(100):
        recorder.span_begin(name)
        recorder.span_end(name)
    held = sys.getrefcount(name)
    del recorder
    gc.collect()
    assert held > before + 1, "by the lane and by the core"
    assert sys.getrefcount(name) == before


class Text(str):
    """A name that may say that it is any other."""

    __slots__ = ()

    def __eq__(self, other):
        return True

    def __hash__(self):
        return hash("usual")


def test_an_odd_name_is_never_taken_for_a_usual_one(recorder):
    odd = Text("odd")
    for _ in range(3):
        recorder.span_begin("usual")
        recorder.span_begin(odd)
        recorder.span_end(odd)
        recorder.span_end("usual")
    assert short(recorder.export_trace()) == ["B usual", "B odd", "E odd", "E usual"] * 3
