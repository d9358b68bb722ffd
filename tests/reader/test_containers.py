"""Everything a trace can be wrapped in, and everything that is no trace."""

import gzip
import io
import json
import zipfile
import zlib

import pytest

import aero_nb
from aero_nb import TraceFormatError
from aero_nb.reader import containers

EVENT = {"name": "a", "ph": "X", "ts": 1, "dur": 2, "pid": 1, "tid": 1}
OTHER = {**EVENT, "name": "b", "ts": 5}
TEXT = json.dumps([EVENT, OTHER]).encode()


def names(data):
    return list(aero_nb.load(data).spans["name"])


def codes(data):
    return dict(aero_nb.load(data).diagnostics.set_index("code")["count"])


def zipped(*members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        {"traceEvents": [EVENT, OTHER]},
        [EVENT, OTHER],
        TEXT,
        TEXT[:-1],
        TEXT[:-1] + b",\n",
        b" \n\t" + TEXT + b"\n\n",
        json.dumps({"traceEvents": [EVENT, OTHER], "displayTimeUnit": "ns"}, indent=4).encode(),
        json.dumps({"otherData": {"traceEvents": [1]}, "traceEvents": [EVENT, OTHER]}).encode(),
        json.dumps({"note": '"traceEvents": [', "traceEvents": [EVENT, OTHER]}).encode(),
        json.dumps({"traceEvents": json.dumps([EVENT, OTHER])}).encode(),
        b"\n".join(json.dumps(event).encode() for event in (EVENT, OTHER)),
        b", ".join(json.dumps(event).encode() for event in (EVENT, OTHER)),
        json.dumps([EVENT]).encode() + json.dumps([OTHER]).encode(),
        json.dumps([EVENT]).encode() + b",\n" + json.dumps([OTHER]).encode(),
        gzip.compress(TEXT),
        gzip.compress(TEXT[:40]) + gzip.compress(TEXT[40:]),
        zipped(("trace.json", TEXT)),
        io.BytesIO(TEXT),
        bytearray(TEXT),
        memoryview(TEXT),
    ],
)
def test_every_container_gives_the_same_spans_and_nothing_to_report(data):
    trace = aero_nb.load(data)
    assert list(trace.spans["name"]) == ["a", "b"]
    assert trace.diagnostics.empty


def test_zstd_is_told_by_its_magic_bytes():
    zstandard = pytest.importorskip("zstandard")
    assert names(zstandard.ZstdCompressor().compress(TEXT)) == ["a", "b"]
    assert names(zstandard.ZstdCompressor().compress(TEXT) * 1) == ["a", "b"]


def test_a_single_object_with_a_phase_is_a_file_of_one_event():
    assert names(json.dumps(EVENT).encode()) == ["a"]


def test_a_file_is_told_by_its_bytes_and_not_by_its_name(tmp_path):
    path = tmp_path / "trace.txt"
    path.write_bytes(gzip.compress(TEXT))
    assert names(path) == ["a", "b"]
    assert names(str(path)) == ["a", "b"]


def test_a_byte_order_mark_is_read_over_and_counted():
    assert names(b"\xef\xbb\xbf" + TEXT) == ["a", "b"]
    assert codes(b"\xef\xbb\xbf" + TEXT) == {"bom": 1}


@pytest.mark.parametrize(
    "data", [b"[]", b'{"traceEvents": []}', b"[", b'{"displayTimeUnit": "ns", "traceEvents": [ ] }']
)
def test_no_events_make_an_empty_trace(data):
    trace = aero_nb.load(data)
    assert trace.spans.empty
    assert trace.to_dataframe().empty
    assert "none" in repr(trace)


def test_other_keys_become_metadata():
    trace = aero_nb.load({"displayTimeUnit": "ms", "traceEvents": [EVENT], "otherData": {"v": 1}, "stackFrames": {}})
    assert trace.metadata == {"displayTimeUnit": "ms", "otherData": {"v": 1}, "stackFrames": {}}


def test_a_change_of_the_metadata_does_not_reach_the_trace():
    trace = aero_nb.load({"traceEvents": [EVENT], "otherData": {"v": 1}})
    trace.metadata["otherData"]["v"] = 2
    assert trace.metadata == {"otherData": {"v": 1}}


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", "an empty file"),
        (b" \n ", "white space"),
        (b"{}", "an object with keys"),
        (b'{"a": 1}', "keys \\['a'\\]"),
        (b"[1, 2]", "other JSON"),
        (b"12", "other JSON"),
        (b'"text"', "other JSON"),
        (b"<!DOCTYPE html><html></html>", "HTML"),
        (b"\x0a\x9f\x01\x08\x00\x12\x04", "traceconv"),
        (b"\x7fELF\x02\x01\x01\x00", "not JSON"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not JSON"),
        (b"SQLite format 3\x00", "not JSON"),
        (b'{"traceEvents": 5}', "expected an array under 'traceEvents'"),
        (b'{"traceEv', "cut off before its events"),
        (b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xff\xff\xff", "gzip"),
        (b"PK\x03\x04garbage", "zip"),
        (b"\x28\xb5\x2f\xfdgarbage", "zstd"),
    ],
)
def test_what_is_no_trace_is_refused_with_what_was_expected_and_found(data, found):
    with pytest.raises(TraceFormatError, match=found) as caught:
        aero_nb.load(data)
    assert "expected" in str(caught.value)


def test_a_zip_of_several_members_is_refused_by_their_names():
    with pytest.raises(TraceFormatError, match=r"'a.json', 'b.json'"):
        aero_nb.load(zipped(("a.json", TEXT), ("b.json", TEXT)))


def test_a_missing_file_a_folder_and_a_text_file_say_so(tmp_path):
    with pytest.raises(FileNotFoundError):
        aero_nb.load(tmp_path / "none.json")
    with pytest.raises(TraceFormatError):
        aero_nb.load(tmp_path)
    path = tmp_path / "trace.json"
    path.write_bytes(TEXT)
    with path.open() as file, pytest.raises(TypeError, match="binary mode"):
        aero_nb.load(file)


def test_the_error_of_a_file_names_it(tmp_path):
    path = tmp_path / "other.json"
    path.write_bytes(b"{}")
    with pytest.raises(TraceFormatError, match=r"other\.json"):
        aero_nb.load(path)


@pytest.mark.parametrize("pack", [gzip.compress, lambda data: zipped(("a", data)), lambda data: data])
def test_a_decompression_bomb_stops_at_max_bytes(pack):
    with pytest.raises(TraceFormatError, match="max_bytes"):
        aero_nb.load(pack(b"[" + b" " * 2_000_000 + b"]"), max_bytes=1_000_000)


def test_a_zstd_bomb_stops_at_max_bytes():
    zstandard = pytest.importorskip("zstandard")
    with pytest.raises(TraceFormatError, match="max_bytes"):
        aero_nb.load(zstandard.ZstdCompressor().compress(b"[" + b" " * 2_000_000 + b"]"), max_bytes=1_000_000)


def test_a_gzip_file_cut_off_gives_what_is_there():
    many = json.dumps([{**EVENT, "name": f"n{number}", "ts": number} for number in range(2000)]).encode()
    packed = gzip.compress(many)
    whole = zlib.decompressobj(wbits=31).decompress(packed[: len(packed) // 2]).count(b"}")
    trace = aero_nb.load(packed[: len(packed) // 2])
    assert len(trace.spans) == whole > 100
    of_the_container = trace.diagnostics.query("code == 'truncated'").iloc[0]
    assert of_the_container["first_event"] == -1
    assert of_the_container["example"] == f"gzip data cut off at byte {len(packed) // 2}"


def test_the_default_limit_is_generous():
    assert containers.DEFAULT_MAX_BYTES >= 4 << 30


@pytest.mark.parametrize("text", ['[{"ph":"X"}]', ' {"traceEvents": []}', json.dumps([{"ph": "X", "ts": 1}] * 1000)])
def test_json_text_instead_of_a_path_is_told_how_to_load_it(text):
    with pytest.raises(TypeError, match=r"load\(text\.encode\(\)\)"):
        aero_nb.load(text)


def test_a_tilde_is_the_home_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    trace = aero_nb.load([{"ph": "X", "name": "a", "ts": 1, "dur": 2}])
    assert trace.save("~/saved.json") == tmp_path / "saved.json"
    assert len(aero_nb.load("~/saved.json").spans) == 1


def test_a_file_whose_name_begins_with_a_bracket_is_a_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "[1].json").write_text("[]")
    assert len(aero_nb.load("[1].json").spans) == 0


@pytest.mark.parametrize("junk", [b"junk", b"\0\0\0", b"\0more"])
def test_what_follows_the_gzip_data_is_counted_unless_it_is_padding(junk):
    trace = aero_nb.load(gzip.compress(json.dumps([EVENT]).encode()) + junk)
    assert len(trace.spans) == 1
    found = trace.diagnostics.query("code == 'trailing_data'")
    expected = [] if not junk.strip(b"\0") else [f"{len(junk)} bytes after the gzip data"]
    assert found["example"].tolist() == expected


@pytest.mark.parametrize(
    ("text", "said"), [(b"\n\r\nhello", "not JSON"), (b"\n\xd2\x01\n\x05trace", "Perfetto protobuf")]
)
def test_lines_before_what_is_no_json_are_no_protobuf(text, said):
    with pytest.raises(TraceFormatError, match=said):
        aero_nb.load(text)
