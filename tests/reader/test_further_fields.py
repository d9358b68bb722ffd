"""Fields that only some producers write: learned from the file, kept whole, whichever way an event is read."""

import json

import pytest

import aero_nb
from aero_nb.reader.decode import EventSink
from aero_nb.reader.interning import Shapes

ORDINARY = {"name": "a", "ph": "X", "dur": 0.5, "pid": 1, "tid": 1}
ODD_NAMES = ["", "a b", "ts ", "class", "日本", "further_0", "__class__", "x.y", "\u2028"]
ESCAPED_NAMES = ['quo"te', "back\\slash", "new\nline"]


def trace_of(*further, **options):
    """A trace of one event for each set of further fields; enough of them make many pieces."""
    events = [{**ORDINARY, "ts": number, **fields} for number, fields in enumerate(further)]
    return aero_nb.load(json.dumps(events, ensure_ascii=False).encode(), **options)


def kept(trace):
    """The further fields of every event, by its index in the file."""
    extras = trace.columns.extras
    return {event: json.loads(extras.get(event)) for event in extras.events.tolist()}


def as_given(further):
    return {event: fields for event, fields in enumerate(further) if fields}


@pytest.mark.parametrize("name", ODD_NAMES + ESCAPED_NAMES)
def test_a_field_of_any_name_is_kept(name):
    further = [{name: {"deep": [1, None, "x"]}}, {}, {name: 12345678901234567890}] * 50
    assert kept(trace_of(*further)) == as_given(further)


def test_fields_that_appear_late_in_a_file_are_kept_from_their_first_event_on():
    further = [{}] * 5000 + [{"late": 1}] * 5000 + [{"late": 2, "later": "x"}] * 5000 + [{}] * 5000
    trace = trace_of(*further)
    assert kept(trace) == as_given(further)
    assert trace.args(14_999) == {"late": 2, "later": "x"}


def test_every_event_may_have_a_field_of_its_own():
    further = [{f"field {number}": number} for number in range(4000)]
    assert kept(trace_of(*further)) == as_given(further)


def test_a_file_read_at_once_says_what_one_read_event_by_event_says():
    further = [
        {"id": number % 7, "zork": [number]} if number % 3 else {"tts": number, "name": 7} for number in range(6000)
    ]
    quick, slow = trace_of(*further), trace_of(*further, strict=True)
    assert kept(quick) == kept(slow)
    assert quick.to_dataframe().equals(slow.to_dataframe())
    assert quick.spans["tts_us"].equals(slow.spans["tts_us"])


def test_events_with_further_fields_need_no_closer_look(monkeypatch):
    looked_at = []
    monkeypatch.setenv("AERO_NB_NATIVE", "0")
    monkeypatch.setattr(EventSink, "add_fields", lambda self, found: looked_at.append(found))
    trace_of(*[{"zork": 1, "id": "0x1"}] * 5000)
    assert looked_at == []


def test_names_that_are_all_different_are_still_each_its_own(monkeypatch):
    monkeypatch.setattr(Shapes, "FEW", 100)
    further = [{"name": f"name {number % 4000}", "tid": number % 3} for number in range(8000)]
    trace = trace_of(*further)
    assert trace.spans["name"].tolist() == [fields["name"] for fields in further]
    assert trace.spans["tid"].tolist() == [fields["tid"] for fields in further]
