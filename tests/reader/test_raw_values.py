"""Fields of any type, as what an event's columns hold."""

from decimal import Decimal

import pytest
from msgspec import Raw

from aero_nb.reader.raw_values import id_of, object_of, text_of, value_of


@pytest.mark.parametrize(
    ("raw", "value", "text", "id_"),
    [
        (b'"a"', "a", "a", "a"),
        (b" 7 ", 7, "7", 7),
        (b"1.50", Decimal("1.50"), "1.50", Decimal("1.50")),
        (b"true", True, "true", "true"),
        (b"null", None, None, None),
        (b"[1, 2]", [1, 2], "[1, 2]", "[1, 2]"),
        (b"{oops", "{oops", "{oops", "{oops"),
        (b'"\xff"', '"\ufffd"', '"\ufffd"', '"\ufffd"'),
    ],
)
def test_a_field_is_a_value_a_text_or_an_id(raw: bytes, value: object, text: str | None, id_: object) -> None:
    assert value_of(Raw(raw)) == value
    assert text_of(Raw(raw)) == text
    assert id_of(Raw(raw)) == id_
    assert type(id_of(Raw(raw))) is type(id_)


def test_a_field_that_is_not_there_is_none() -> None:
    assert (value_of(None), text_of(None), id_of(None)) == (None, None, None)


def test_fields_are_one_object_again() -> None:
    assert object_of({}) == b""
    assert object_of({"a": b"1", 'q"': b"[2]"}) == b'{"a":1,"q\\"":[2]}'
