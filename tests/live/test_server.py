"""The live view's own page: who may ask, and what a tab is told that comes early, late or not at all."""

import http.client
import json
import struct
import threading

import pytest

from aero_nb.errors import CaptureError
from aero_nb.live import tabs as tabs_module
from aero_nb.live.server import MOST_BODY, LiveServer
from aero_nb.live.tabs import Tabs


@pytest.fixture
def server():
    with LiveServer("<b>a title</b>", seconds=7) as server:
        yield server


def ask(server, path, method="GET", body=None, **headers):
    host, port = server.url.split("/")[2].split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=60)
    try:
        connection.request(method, path, body=body, headers={"Host": f"{host}:{port}", **headers})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def messages(data):
    found, at = [], 0
    while at < len(data):
        text, size = struct.unpack_from("<2I", data, at)
        at += 8 + text + size
        found.append((json.loads(data[at - text - size : at - size]), data[at - size : at]))
    return found


def a_push(number, names=(), first=0, recording=0):
    return {"number": number, "recording": recording, "first": first, "names": list(names), "now": number}


def test_the_page_is_whole_and_names_cannot_play_tricks(server):
    status, headers, body = ask(server, f"/{server.token}/")
    assert status == 200
    assert b"&lt;b&gt;a title" in body
    assert b"<b>a title" not in body
    assert b'data-seconds="7"' in body
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    for name in ("page.js", "bundle.js"):
        status, headers, body = ask(server, f"/{server.token}/{name}")
        assert (status, headers["Content-Type"].split(";")[0]) == (200, "text/javascript")
        assert not any(name.startswith("Access-Control") for name in headers)


@pytest.mark.parametrize(
    "path", ["/", "/x/", "//", "/next", "/{}x/", "/{}", "/{}/../server.py", "/{}/server.py", "/{}/timeline"]
)
def test_nothing_is_served_without_the_token_or_beside_the_page(server, path):
    status, _, body = ask(server, path.format(server.token))
    assert status == (200 if path == "/{}" else 404)
    assert b"import" not in body


@pytest.mark.parametrize(
    "headers", [{"Host": "evil.example"}, {"Host": "127.0.0.1"}, {"Origin": "https://evil.example"}, {"Origin": "null"}]
)
def test_a_page_of_somebody_else_is_refused_even_with_the_token(server, headers):
    assert ask(server, f"/{server.token}/next?after=0", **headers)[0] == 403
    assert ask(server, f"/{server.token}/changes", "POST", "{}", **headers)[0] == 403


@pytest.mark.parametrize(
    "body",
    ["", "[]", "{", '{"marks": 1}', '{"marks": [[1]]}', '{"marks": [["a", "b"]]}', '{"window": [NaN, 1]}', "[" * 5000],
)
def test_what_no_page_says_is_refused_and_changes_nothing(server, body):
    assert ask(server, f"/{server.token}/changes", "POST", body)[0] == 400
    assert (server.tabs.marks, server.tabs.window) == ([], None)


def test_a_body_that_is_too_large_is_not_read(server):
    status, _, _ = ask(server, f"/{server.token}/changes", "POST", "x", **{"Content-Length": str(MOST_BODY + 1)})
    assert status == 413


def test_a_tab_is_told_each_push_once_and_waits_for_the_next(server):
    server.tabs.push(a_push(0, ["a"]), b"one")
    ((head, data),) = messages(ask(server, f"/{server.token}/next?after=0&tab=x")[2])
    assert (head["id"], head["message"]["names"], data) == (1, ["a"], b"one")
    answered = []
    asking = threading.Thread(target=lambda: answered.append(ask(server, f"/{server.token}/next?after=1&tab=x")[2]))
    asking.start()
    server.tabs.push(a_push(1, ["b"], 1), b"two")
    asking.join()
    assert [(head["id"], data) for head, data in messages(answered[0])] == [(2, b"two")]


def test_marks_and_window_of_a_tab_reach_the_view_and_the_other_tabs(server):
    body = json.dumps({"marks": [[5, "here"]], "window": [1, 2.5]})
    assert ask(server, f"/{server.token}/changes", "POST", body)[0] == 200
    assert (server.tabs.marks, server.tabs.window) == ([[5.0, "here"]], [1.0, 2.5])
    ((head, _),) = messages(ask(server, f"/{server.token}/next?after=0")[2])
    assert head["message"] == {"marks": [[5.0, "here"]]}


def test_a_tab_that_comes_late_has_all_names_and_marks(monkeypatch):
    monkeypatch.setattr(tabs_module, "KEPT", 3)
    tabs = Tabs()
    tabs.push(a_push(0, ["a"]), b"")
    tabs.change({"marks": [[5, "here"]]})
    for number in range(1, 6):
        tabs.push(a_push(number, [f"n{number}"], number), b"")
    told = [head["message"] for head, _ in messages(tabs.after(0, "late"))]
    assert [message.get("first") for message in told] == [0, 4, 5, None]
    assert told[0]["names"] == ["a", "n1", "n2", "n3"]
    assert told[-1] == {"marks": [[5.0, "here"]]}
    assert [head["message"]["first"] for head, _ in messages(tabs.after(6, "in time"))] == [5]


def test_what_is_kept_for_late_tabs_is_bounded(monkeypatch):
    monkeypatch.setattr(tabs_module, "KEPT_BYTES", 1000)
    tabs = Tabs()
    for number in range(10):
        tabs.push(a_push(number), bytes(400))
    assert len(messages(tabs.after(0, ""))) == 2
    tabs.push(a_push(10), bytes(5000))
    assert [len(data) for _, data in messages(tabs.after(0, ""))] == [5000]


def test_another_recording_lets_the_one_before_go():
    tabs = Tabs()
    tabs.push(a_push(0, ["old"]), b"")
    tabs.push(a_push(1, ["new"], recording=1), b"")
    ((head, _),) = messages(tabs.after(0, ""))
    assert head["message"]["names"] == ["new"]


def test_the_end_waits_for_tabs_that_are_there_and_for_no_others(monkeypatch):
    tabs = Tabs()
    tabs.wait_until_left(600)  # nobody ever asked
    tabs.push(a_push(0), b"")
    tabs.after(0, "a")
    leaving = threading.Thread(target=lambda: tabs.left("a"))
    leaving.start()
    tabs.wait_until_left(600)
    leaving.join()
    tabs.after(0, "closed")
    monkeypatch.setattr(tabs_module, "_FRESH_S", 0.0)
    tabs.wait_until_left(600)


def test_a_port_that_is_taken_is_said(server):
    port = int(server.url.split("/")[2].split(":")[1])
    with pytest.raises(CaptureError, match=f"expected port {port} to be free"):
        LiveServer("b", port=port)
