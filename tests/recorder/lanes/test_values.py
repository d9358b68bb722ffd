"""A recording call never fails its caller, whatever value it is given."""

import asyncio
import datetime
import decimal
import enum
import json
import threading
import time
import types

import numpy as np
import pandas as pd
import pytest

from aero_nb import Recorder
from aero_nb.recorder.folders.shared_folder import SharedFolder
from aero_nb.recorder.lanes.values import as_number
from aero_nb.recorder.workers import Workers
from tests.support.recorder_reading import document, lanes, named


def refuse(*_, **__):
    raise RuntimeError("no")


def odd(name, *bases, **attributes):
    """Return a class of which every special method that the recorder could call raises."""
    special = (
        "eq",
        "hash",
        "bool",
        "len",
        "iter",
        "repr",
        "str",
        "format",
        "int",
        "float",
        "index",
        "lt",
        "gt",
        "contains",
    )
    return type(name, bases, {f"__{method}__": refuse for method in special} | attributes)


class OddType(type):
    __hash__ = None
    __name__ = property(refuse)

    def __eq__(cls, other):
        raise RuntimeError("no")


class OfOddType(metaclass=OddType):
    def __repr__(self):
        raise RuntimeError("no")


class Color(enum.Enum):
    RED = 1


class Named(enum.StrEnum):
    A = "a"


endless = [1]
endless += [endless, endless]

VALUES = {
    "array": np.arange(3),
    "empty array": np.array([]),
    "0-d array": np.array(1.5),
    "numpy float": np.float64(1.5),
    "numpy integer": np.int64(3),
    "numpy bool": np.bool_(True),
    "series": pd.Series([1, 2]),
    "frame": pd.DataFrame({"a": [1]}),
    "index": pd.Index([1]),
    "missing": pd.NA,
    "no time": pd.NaT,
    "timestamp": pd.Timestamp(0),
    "odd object": odd("Odd")(),
    "odd class": odd("Odd", __class__=property(refuse))(),
    "of an odd type": OfOddType(),
    "odd dict": odd("OddDict", dict, items=refuse, keys=refuse, __getitem__=refuse)({"a": 1}),
    "odd list": odd("OddList", list)([1]),
    "odd tuple": odd("OddTuple", tuple)((1,)),
    "odd text": odd("OddText", str)("x"),
    "odd integer": odd("OddInteger", int)(5),
    "odd float": odd("OddFloat", float)(0.5),
    "dict of odd keys": {np.int64(1): 1, (1, 2): 2, refuse: 3},
    "dict of arrays": {"a": np.arange(3), "b": [np.float64(1)], "c": {"d": np.int8(1)}},
    "endless": endless,
    "deep": json.loads("[" * 300 + "]" * 300),
    "huge": 2**70,
    "bytes": b"x",
    "surrogate": "\ud800",
    "enum": Color.RED,
    "text enum": Named.A,
    "date": datetime.datetime(2026, 1, 1),
    "decimal": decimal.Decimal("NaN"),
    "proxy": types.MappingProxyType({}),
    "lock": threading.Lock(),
    "function": refuse,
    "type": OfOddType,
    "complex": 1j,
    "event loop policy": asyncio.Queue,
}


@pytest.fixture(params=["memory", "file"])
def recorder(request, tmp_path, monkeypatch):
    if request.param == "memory":
        recorder = Recorder()
        recorder.trace_start()
        yield recorder
        return
    monkeypatch.setenv("AERO_TRACE_FOLDER", str(tmp_path))
    folder = SharedFolder.create()
    recorder = Recorder()
    recorder._begin_anew(Workers(folder), in_files=True)
    recorder.trace_start()
    yield recorder
    folder.remove()


@pytest.mark.parametrize("kind", VALUES)
def test_no_value_fails_a_recording_call(recorder, kind):
    value = VALUES[kind]
    recorder.instant("as args", args=value)
    recorder.instant("in args", args={"value": value})
    recorder.instant("in a list", args=[value])
    recorder.instant("scope", value)
    recorder.instant(value)
    recorder.counter("counter", value)
    recorder.counter(value, 1)
    recorder.span_begin(value)
    recorder.span_end(value)
    with recorder.span(value):
        pass
    export = document(recorder.stop())
    assert export["otherData"]["aero_nb"]["failed_calls"] == 0
    assert len(named(export, "counters")) == 2
    assert named(export, "scope")[0]["s"] == "t"
    assert [event["ph"] for event in export["traceEvents"] if event["ph"] in "BEi"] == list("iiiiii" + "BEBE" + "i")


def test_subclasses_of_plain_values_keep_their_values(recorder):
    keys = ("odd dict", "odd list", "odd tuple", "odd text", "odd integer", "odd float", "numpy float")
    recorder.instant("x", args={key: VALUES[key] for key in keys})
    recorder.counter("n", VALUES["odd integer"])
    export = document(recorder.stop())
    args = named(export, "x")[0]["args"]
    assert list(args.values()) == [{"a": 1}, [1], [1], "x", 5, 0.5, 1.5]
    assert named(export, "counters")[0]["args"] == {"n": 5}


def test_a_thread_may_have_any_name(recorder):
    threads = [threading.Thread(target=lambda: recorder.instant("x"), name=name) for name in ("\ud800", "", 5)]
    for thread in threads:
        thread.start()
        thread.join()
    named_by_hand = threading.Thread(target=lambda: recorder.instant("x"))
    recorder.register_worker(named_by_hand, thread_name=OfOddType())
    named_by_hand.start()
    named_by_hand.join()
    export = document(recorder.stop())
    assert len(named(export, "x")) == 4
    assert all(isinstance(name, str) for name in lanes(export).values())


def test_failed_calls_are_those_of_the_present_recording():
    broken = [False]

    def clock():
        if broken[0]:
            raise OSError("no clock")
        return time.perf_counter_ns()

    recorder = Recorder(clock_ns=clock)
    for failing in (2, 0, 1):
        recorder.trace_start()
        broken[0] = True
        for _ in range(failing):
            recorder.counter("c", 1)
        broken[0] = False
        assert document(recorder.stop())["otherData"]["aero_nb"]["failed_calls"] == failing


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (7, (7, False)),
        (2**63, (float(2**63), False)),
        (-(2**63), (-(2**63), False)),
        (float("nan"), (None, False)),
        (10**400, (None, False)),
        ("1.5", (1.5, False)),
        ("seven", (None, True)),
        (None, (None, True)),
    ],
)
def test_a_counters_value_is_a_number_or_is_counted_as_none(value, number):
    assert as_number(value) == number
