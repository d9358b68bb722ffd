"""What is plainly a trace, however it is wrapped; what is cut or damaged, and how much of it is kept."""

import gzip
import json

import pytest

import aero_nb
from aero_nb import TraceFormatError
from aero_nb.reader import pieces, read
from aero_nb.reader.decode import EventSink


def event(name, **fields):
    return {"ph": "X", "name": name, "ts": ord(name), "dur": 1, "pid": 1, "tid": 1, **fields}


A, B, C = map(event, "abc")


def text(*values, between="\n"):
    return between.join(value if isinstance(value, str) else json.dumps(value) for value in values).encode()


def found(data):
    trace = aero_nb.load(data)
    return "".join(trace.spans["name"]), dict(trace.diagnostics.set_index("code")["count"])


def document(*events, **members):
    return {**members, "traceEvents": list(events)}


TWICE = b'{"traceEvents":%b,"traceEvents":%b}' % (text([A]), text([B, C]))
NAN = text({"meta": document(), "x": "NaN", **document(A, B, C)}).replace(b'"NaN"', b"NaN")


@pytest.mark.parametrize(
    ("data", "codes"),
    [
        (TWICE, {"further_document": 1}),
        (text(document(A), document(B), document(C)), {"further_document": 2}),
        (text(document(A), document(B, C), between=","), {"further_document": 1}),
        (text([document(A), document(B, C)]), {"odd_container": 1, "further_document": 1}),
        (text([document(A), B, C]), {"odd_container": 1}),
        (text([A, document(B, C)]), {"further_document": 1}),
        (text([[A, B], [C]]), {"odd_container": 1}),
        (text({"trace_events": [A, B, C]}), {"odd_container": 1}),
        (text({"data": document(A, B, C)}), {"odd_container": 1}),
        (text({"result": {"value": [A, B, C]}}), {"odd_container": 1}),
        (text({"a": [A]}, {"a": [B]}, {"a": [C]}), {"odd_container": 3}),
        (text([A], document(B, C)), {"further_document": 1}),
        (text([A, [B, C]]), {"further_document": 1}),
        (text(document(A, [B], C)), {"further_document": 1}),
        (text([A])[:-1] + b",\n" + text([B])[:-1] + b",\n" + text([C])[:-1], {"further_document": 2}),
        (text(document(A, B))[:-2] + b",\n" + text([C]) + b"]}", {"further_document": 1}),
        (text(document(A), document(B, C), between="\n\x1e"), {"further_document": 1}),
        (b"\xef\xbb\xbf" + text(document(A), document(B, C), between="\n\ufeff"), {"bom": 1, "further_document": 1}),
        (text(document(A), [B, C]), {"further_document": 1}),
        (text(document(A), B, C), {"further_document": 1}),
        (text({"meta": {"traceEvents": [1]}, "x": "NaN", **document(A, B, C)}), {}),
        (NAN, {"non_finite_literal": 1}),
        (text({"traceEvents": json.dumps([A, B, C])}), {}),
        (text([A, B, C]).decode().encode("utf-16"), {"bom": 1}),
        (b"\xfe\xff" + text(document(A, B, C)).decode().encode("utf-16-be"), {"bom": 1}),
    ],
)  # fmt: skip
def test_what_is_plainly_a_trace_is_read_and_counted(data, codes):
    assert found(data) == ("abc", codes)


@pytest.mark.parametrize(
    "data", [text([{"id": 1}, {"id": 2}]), text([{"id": 1}], [{"id": 2}]), text({"a": [{"id": 1}]})]
)
def test_other_json_is_refused_with_its_keys(data):
    with pytest.raises(TraceFormatError, match=r"with keys \['(id|a)'\]"):
        aero_nb.load(data)


def test_an_empty_document_in_a_wrapper_is_an_empty_trace():
    assert found(text({"data": {"traceEvents": []}})) == ("", {"odd_container": 1})


def test_every_document_says_something():
    trace = aero_nb.load(text(document(A, x=1, y=2), document(B, x=3, z=4)))
    assert trace.metadata == {"x": 1, "y": 2, "z": 4, "further_documents": [{"x": 3}]}


@pytest.mark.parametrize("form", [[document(A), document(B, C)], {"data": document(A, B, C)}])
def test_a_wrapper_cut_anywhere_gives_every_whole_event_before_the_cut(form):
    whole = text(form)
    ends = [whole.index(json.dumps(one).encode()) + len(json.dumps(one)) for one in (A, B, C)]
    for length in range(ends[0], len(whole)):
        names, codes = found(whole[:length])
        assert names == "abc"[: sum(end <= length for end in ends)], whole[:length]
        if isinstance(form, dict):
            assert codes["truncated"] == 1


def test_a_document_cut_off_before_the_next_one_costs_its_last_event_only():
    data = text(document(A, event("x")))[:-20] + text(document(B, C))
    names, codes = found(data)
    assert names == "abc"
    assert codes["unreadable"] == 1


@pytest.mark.parametrize("damage", ['"x":[1}', '"x" 1', "?"])
def test_damage_before_the_events_does_not_hide_them(damage):
    names, codes = found(b"{%b,%b" % (damage.encode(), text(document(A, B, C))[1:]))
    assert names == "abc"
    assert codes["unreadable_metadata"] == 1


@pytest.mark.parametrize("pack", ["gzip", "zstd"])
def test_packed_data_cut_anywhere_says_so_and_gives_what_is_there(pack):
    many = text([event("a", args={"n": str(hash((n, 1)))}) for n in range(30_000)])
    if pack == "gzip":
        packed = gzip.compress(many, mtime=0)
    else:
        packed = pytest.importorskip("zstandard").ZstdCompressor().compress(many)
    for share in (0.3, 0.6, 0.999):
        trace = aero_nb.load(packed[: int(len(packed) * share)])
        assert 0 < len(trace.spans) <= 30_000
        assert "truncated" in set(trace.diagnostics["code"])
    with pytest.raises(TraceFormatError, match=f"{pack}.*truncated"):
        aero_nb.load(packed[:12])


def test_gzip_cut_between_two_events_says_so():
    import zlib

    packer = zlib.compressobj(wbits=31)
    first = packer.compress(text([A])[:-1]) + packer.flush(zlib.Z_SYNC_FLUSH)
    assert found(first) == ("a", {"truncated": 1})


def test_damaged_gzip_gives_what_came_before():
    packed = bytearray(gzip.compress(text([event("a", args={"n": str(hash((n, 1)))}) for n in range(30_000)]), mtime=0))
    packed[-5] ^= 255  # of the check sum
    trace = aero_nb.load(bytes(packed))
    assert len(trace.spans) > 20_000
    assert "unreadable" in set(trace.diagnostics["code"])


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        ('"args":{"bw":inf}', "non_finite_literal"),
        ('"args":{"bw":-nan(ind),"x":NAN,"y":1.#INF}', "non_finite_literal"),
        ('cname:"k"', "unquoted_key"),
        ('id": 0', "lost_quote"),
        ('"id:0', "lost_quote"),
        ('"cname":k"', "lost_quote"),
        ('"cname":"k,"id":1', "lost_quote"),
    ],
)
@pytest.mark.parametrize("place", range(3))
def test_an_event_that_can_be_read_is_not_lost(broken, code, place):
    events = [json.dumps(one) for one in (A, B, C)]
    events[place] = events[place].replace('"dur"', broken + ',"dur"')
    names, codes = found(("[" + ",".join(events) + "]").encode())
    assert names == "abc"
    assert set(codes) == {code}
    assert found(("\n".join(events)).encode())[0] == "abc"


def test_words_within_strings_are_left_alone():
    name = 'inf, nan: "q" id: -inf,]'
    trace = aero_nb.load(("[" + json.dumps({**A, "name": name})[:-1] + ',"args":{"v":inf,}}]').encode())
    assert list(trace.spans["name"]) == [name]


SHAPES = {
    "arrays": lambda n: b"[%b]\n" % text(A) * n,
    "documents": lambda n: text(document(A)) * n,
    "lines": lambda n: (text(A) + b"\n") * n,
    "damaged arrays": lambda n: b'[{"ph":"X",}]\n' * n,
    "lost quotes": lambda n: b"[" + b'{"ph":"X","ts":2,tid": 0},' * n,
    "quotes": lambda n: b"[" + b'"' * 60 * n,
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_bytes_looked_at_grow_with_the_file(shape, monkeypatch):
    """Counts the bytes that the C decoder is handed, the work that once grew with the square of the file."""
    handed = 0
    taken = EventSink.add_text

    def counted(self, array):
        nonlocal handed
        handed += len(array)
        taken(self, array)

    monkeypatch.setattr(EventSink, "add_text", counted)
    sizes = []
    for n in (3_000, 12_000):
        handed = 0
        try:
            aero_nb.load(SHAPES[shape](n))
        except TraceFormatError:
            assert shape == "quotes"
        sizes.append(handed)
    assert sizes[1] <= 6 * sizes[0] + (1 << 21)


def test_an_inner_array_of_any_size_ends_where_it_ends():
    inner = [B] * (2 * pieces.PIECE // len(json.dumps(B)))
    data = text(document(A, "inner", C, kept=1)).replace(b'"inner"', text(inner)[:-1] + b",]")
    trace = aero_nb.load(data)
    assert (len(trace.spans), trace.metadata) == (len(inner) + 2, {"kept": 1})
    assert trace.diagnostics.set_index("code").loc["further_document", "count"] == 1


def test_short_damaged_arrays_are_not_read_as_large_ones(monkeypatch):
    tried = []
    read_piece = pieces._read_piece
    monkeypatch.setattr(pieces, "_read_piece", lambda *read: tried.append(read) or read_piece(*read))
    damaged = text(document(event("a", args={"v": "NaN"}))).replace(b'"NaN"', b"NaN")
    trace = aero_nb.load(b"\n".join([damaged] * 50))
    assert (len(trace.spans), len(tried)) == (50, 0)


@pytest.mark.parametrize("inner", [{"traceEvents": [A]}, {"result": {"traceEvents": [A]}}])
def test_a_document_among_the_events_is_read_however_deep_its_list_lies(inner):
    trace = aero_nb.load(json.dumps([A, inner, A]).encode())
    assert len(trace.spans) == 3
    assert "further_document" in set(trace.diagnostics["code"])


@pytest.mark.parametrize("key", [b"a\\qb", b"a\xff\\q", b"a\\u12"])
def test_a_key_of_the_metadata_with_an_escape_that_there_is_not_costs_no_event(key):
    columns = read(b'{"traceEvents":[{"ph":"i","ts":1,"name":"a"}],"%b":1}' % key)
    assert len(columns.instants) == 1
    assert list(columns.metadata.values()) == [1]
    assert columns.problems
