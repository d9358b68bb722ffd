"""``aero-nb`` where it once failed: stores from the shell, standard input, characters that the terminal lacks."""

import io
import shutil
import sys

import orjson
import pytest

import aero_nb
from aero_nb.cli import main
from tests.support.store_files import write_trace

pytest.importorskip("dask", reason="needs pip install 'aero-nb[fleet]'")

NAME = "größe 😀"
TRACE = orjson.dumps([{"ph": "X", "name": NAME, "ts": 0, "dur": 1000, "pid": 1, "tid": 1}])


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    folder = tmp_path_factory.mktemp("filled")
    store = aero_nb.TraceStore(folder / "store")
    for build in (9, 10, 100):
        store.add(
            write_trace(folder / f"run-{build}.json", build, spans=3), labels={"build": build, "tag": f"t{build}"}
        )
    store.relabel("build == 9", {"mixed": "text"})
    store.relabel("build == 10", {"mixed": 3})
    return folder / "store"


@pytest.fixture
def store(tmp_path, filled):
    return str(shutil.copytree(filled, tmp_path / "store"))


@pytest.fixture
def stdin(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(TRACE)))


def ask(capsys, *arguments):
    """Run a command that succeeds; return its rows."""
    assert main([*arguments, "--json"]) == 0
    return orjson.loads(capsys.readouterr().out)["rows"]


def test_the_version(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out.startswith(f"aero-nb {aero_nb.__version__} (")


def test_standard_input_is_a_trace_to_every_command(tmp_path, capsys, monkeypatch):
    (tmp_path / "trace.json").write_bytes(TRACE)
    commands = [
        ["summary", "-"],
        ["convert", "-", str(tmp_path / "out.json")],
        ["report", "-", "-o", str(tmp_path / "out.html")],
        ["compare", "-", str(tmp_path / "trace.json")],
        ["compare", str(tmp_path / "trace.json"), "-"],
        ["store", "add", str(tmp_path / "store"), "-"],
    ]
    for command in commands:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(TRACE)))
        assert main(command) == 0, command
    assert (tmp_path / "out.json").read_bytes() == TRACE
    with pytest.raises(SystemExit) as caught:
        main(["compare", "-", "-"])
    assert caught.value.code == 64
    assert main(["store", "add", str(tmp_path / "store"), "-", "x.json"]) == 65


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_a_name_that_the_terminal_cannot_show_is_escaped(stdin, monkeypatch, encoding):
    shown = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(shown, encoding=encoding))
    assert main(["summary", "-"]) == 0
    assert NAME.encode(encoding, "backslashreplace") in shown.getvalue()


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_json_is_json_in_every_encoding(stdin, monkeypatch, encoding):
    shown = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(shown, encoding=encoding))
    assert main(["summary", "-", "--json"]) == 0
    assert orjson.loads(shown.getvalue().decode(encoding))["spans"][0]["name"] == NAME


def test_moments_are_told_in_json(store, capsys):
    assert all(row["added"].startswith("20") for row in ask(capsys, "store", "runs", store))


def test_a_store_is_summed_up_relabelled_compacted_and_emptied(store, capsys):
    rows = ask(capsys, "store", "summary", store, "--by", "build", "--by", "name", "--where", "build > 9")
    assert sorted((row["build"], row["name"]) for row in rows) == [
        (10, "frame"),
        (10, "render"),
        (100, "frame"),
        (100, "render"),
    ]
    assert ask(capsys, "store", "relabel", store, "build=9", "-l", "release=1.2", "--drop", "tag") == []
    rows = {row["build"]: row for row in ask(capsys, "store", "runs", store)}
    assert (rows[9]["release"], rows[9]["tag"], rows[10]["tag"]) == ("1.2", None, "t10")
    assert main(["store", "compact", store]) == 0
    assert capsys.readouterr().out.startswith("3 runs packed")
    assert main(["store", "remove", store, rows[9]["run"], rows[10]["run"][:12] + "*"]) == 0
    assert capsys.readouterr().out.startswith("2 runs removed")
    assert main(["store", "remove", store, "build=100"]) == 0
    capsys.readouterr()
    assert ask(capsys, "store", "runs", store) == []


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["trend", "STORE", "fram", "--over", "build"], 65, "'fram', which none of the runs has; there are frame"),
        (["summary", "STORE", "--where", "mixed > 2"], 65, "expected a query of the runs"),
        (["summary", "STORE", "--by", "nothing"], 65, "by: expected columns of spans or labels"),
        (["remove", "STORE", ""], 65, "expected labels, a query of runs or ids"),
        (["remove", "STORE", "*"], 65, "expected the id of a run"),
        (["remove", "STORE", "build=9", "build=10"], 65, "expected ids of runs only"),
        (["relabel", "STORE", "build=9"], 65, "expected labels to change"),
        (["runs", "memory://aero-nb-cli-nothing"], 66, "expected a store at memory://aero-nb-cli-nothing"),
        (["runs", "nothing://x"], 66, "Protocol not known"),
    ],
    ids=lambda value: " ".join(value[:3:2]) if isinstance(value, list) else "",
)
def test_what_cannot_be_done_is_a_sentence(store, capsys, arguments, code, said):
    assert main(["store", *(store if word == "STORE" else word for word in arguments)]) == code
    shown = capsys.readouterr().err
    assert said in shown
    assert "Traceback" not in shown
    assert len(aero_nb.TraceStore(store).runs) == 3


def test_storage_options_are_a_json_object(store, capsys):
    assert main(["store", "runs", store, "--storage-options", "{}"]) == 0
    for wrong in ("[]", "{"):
        with pytest.raises(SystemExit) as caught:
            main(["store", "runs", store, "--storage-options", wrong])
        assert caught.value.code == 64
        assert "expected a JSON object" in capsys.readouterr().err
