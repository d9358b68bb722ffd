"""The native core against pure Python: what both make of the same bytes, compared column by column."""

import dataclasses
import json
import os
import random
from contextlib import contextmanager
from typing import Any

import numpy as np

from aero_nb import TraceFormatError
from aero_nb.reader import read


@contextmanager
def reading(how: str):
    """Read natively ("1") or in pure Python ("0")."""
    before = os.environ.get("AERO_NB_NATIVE")
    os.environ["AERO_NB_NATIVE"] = how
    try:
        yield
    finally:
        if before is None:
            del os.environ["AERO_NB_NATIVE"]
        else:
            os.environ["AERO_NB_NATIVE"] = before


def read_both(data: bytes) -> tuple[Any, Any]:
    """Return the columns (or the refusal) of each reader."""
    found = []
    for how in ("1", "0"):
        with reading(how):
            try:
                found.append(read(data, max_bytes=1 << 28))
            except TraceFormatError as error:
                found.append(str(error))
    return found[0], found[1]


def differences(left: Any, right: Any, name: str = "columns") -> list[str]:
    """Return where two values differ: every column by its dtype and bytes, everything else by how it is written."""
    if dataclasses.is_dataclass(left) and type(left) is type(right):
        return [
            one
            for field in dataclasses.fields(left)
            for one in differences(getattr(left, field.name), getattr(right, field.name), f"{name}.{field.name}")
        ]
    if isinstance(left, np.ndarray) and isinstance(right, np.ndarray) and left.dtype != object:
        same = left.dtype == right.dtype and left.tobytes() == right.tobytes()
    else:
        same = repr(left) == repr(right)
    return [] if same else [f"{name}: natively {left!r:.200}, in Python {right!r:.200}"]


def assert_same_both_ways(data: bytes) -> None:
    """Whatever the bytes are, both readers make the same of them."""
    found = differences(*read_both(data))
    assert not found, f"{found[:5]} of {data[:3000]!r}"


# Mutants

VALUES = [
    b"0", b"-0", b"1", b"-1", b"12.5", b"0.0005", b"0.0015", b"-0.0005", b"1.0", b"0.1", b"0.10", b"1e3", b"1.1E+3296",
    b"1e-7", b"01", b"1.", b".5", b"+1", b"9007199254740993", b"9223372036854775.807", b"9223372036854775807",
    b"123456789012345.678901234567890123", b"999999999999999.9995", b"1e400", b"NaN", b"-Infinity", b"true", b"null",
    b'""', b'"1"', b'"1.0"', b'"-7.25"', b'" 4 "', b'"1e3"', b'"0x1"', b'"00"', b'"a\\u0062"', b'"\\ud800"',
    b'"\\ud83d\\ude00"', b'"\\udc00"', b'"\xff"', b'"\xc3\xa9"', b'"\x00"', b'"a\tb"', b'"\\x"', b"{}", b"[]",
    b'{"a":1,"a":2}', b'{"b":[1,{"c":null}],"":{}}', b"[1,]", b"[" * 70 + b"]" * 70, b'"B"', b'"E"', b'"X"', b'"i"',
    b'"M"', b'"C"', b'"s"', b'"XX"', b'"q"',
]  # fmt: skip
KEYS = [b"ph", b"name", b"cat", b"ts", b"dur", b"pid", b"tid", b"s", b"args", b"id", b"tts", b"zz", b"z", b"\\u0070h",
        b"\xc3\xa9", b"k\\n", b"", b"p", b"tx"]  # fmt: skip
TOKENS = [
    b",",
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b'"',
    b"\\",
    b" ",
    b"\n",
    b"\x00",
    b"{},",
    b"null,",
    b"1,",
    b",,",
    b"\xff",
]


def event_text(choose: random.Random) -> bytes:
    """Return an event of odd and of usual fields."""
    usual = [
        (b"ph", choose.choice([b'"B"', b'"E"', b'"X"', b'"X"', b'"i"', b'"C"', b'"b"', b'"e"'])),
        (b"name", b'"%c"' % choose.choice(b"abc")),
        (b"pid", b"1"),
        (b"tid", b"%d" % choose.randrange(3)),
        (b"ts", choose.choice([b"%d" % choose.randrange(30), b"%.3f" % (choose.random() * 9)])),
        (b"dur", choose.choice([b"0", b"%d" % choose.randrange(9), b"%.4f" % (choose.random() * 9)])),
    ]  # fmt: skip
    members = [one for one in usual if choose.random() < 0.95]
    further = choose.choice([0, 0, 0, 1, 1, 2, 18])
    members += [(choose.choice(KEYS), choose.choice(VALUES)) for _ in range(further)]
    if choose.random() < 0.2:
        choose.shuffle(members)
    colon, comma = choose.choice([(b":", b","), (b":", b","), (b" : ", b",\n ")])
    return b"{%b}" % comma.join(b'"%b"%b%b' % (key, colon, value) for key, value in members)


def made_up(choose: random.Random, events: int) -> bytes:
    """Return a trace of made-up events."""
    return b'{"traceEvents":[%b]}' % b",".join(event_text(choose) for _ in range(choose.randrange(1, events)))


def mutant(data: bytes, choose: random.Random) -> bytes:
    """Return the data with a few places taken out, put in, repeated, cut off, or replaced by odd values."""
    for _ in range(choose.choice([1, 1, 2, 4, 8])):
        start = choose.randrange(len(data) + 1)
        kind = choose.randrange(6)
        if kind == 0:
            data = data[:start] + data[start + choose.choice([1, 2, 8, 40]) :]
        elif kind == 1:
            data = data[:start] + choose.choice(TOKENS) + data[start:]
        elif kind == 2:
            end = start + choose.randrange(60)
            data = data[:end] + data[start:]
        elif kind == 3 and choose.random() < 0.2:
            data = data[:start]
        elif kind == 4:
            data = data[:start] + bytes([choose.randrange(256)]) + data[start + 1 :]
        else:  # the next value
            colon = data.find(b":", start) + 1
            ends = [end for end in (data.find(b",", colon), data.find(b"}", colon)) if end >= 0]
            if colon and ends:
                data = data[:colon] + choose.choice(VALUES) + data[min(ends) :]
    return data


def own_seeds() -> list[bytes]:
    """Return the traces that are broken elsewhere too, and events of every phase over and over, beyond one piece."""
    from tests.support.broken_traces import EVENTS, SEEDS

    many = EVENTS[:-1] * 150 + [
        {"ph": "B", "name": f"n{number}", "ts": number, "pid": 1, "tid": 9} for number in range(40)
    ]
    return [*SEEDS, json.dumps(many).encode(), json.dumps({"traceEvents": many}, separators=(",", ":")).encode()]
