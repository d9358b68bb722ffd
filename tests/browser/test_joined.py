"""Joining a browser that somebody else runs, in a real Chromium."""

import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from aero_nb import BrowserError
from tests.support.aero_site import AeroSite
from tests.support.browser_fixtures import (  # noqa: F401 - pytest finds the fixtures here
    connect,
    fixture_nothing_is_left_over,
    fixture_scratch,
    fixture_site,
)
from tests.support.browsers import eventually, running_browser, tabs_of

pytestmark = pytest.mark.browser


def test_a_joined_browser_keeps_running_and_its_tab_open(site: AeroSite) -> None:
    with running_browser(site.url, site.url + "plain.html") as (endpoint, browser):
        with connect(cdp=endpoint) as page:
            page.start()
            assert "frame" in page.stop().decode()
        assert browser.poll() is None
        assert len(tabs_of(endpoint)) == 2
        with connect(site.url + "?new", cdp=endpoint) as page:  # a tab of ours
            assert len(tabs_of(endpoint)) == 3
        assert eventually(lambda: len(tabs_of(endpoint)) == 2)


def test_the_tab_can_be_chosen_and_an_unclear_choice_is_told(site: AeroSite) -> None:
    with running_browser(site.url + "?one", site.url + "?two", site.url + "plain.html") as (endpoint, _):
        with pytest.raises(BrowserError, match=r"expected one tab with aero\.perf, found 2 among 3 tabs.*\?one.*tab="):
            connect(cdp=endpoint)
        with pytest.raises(BrowserError, match="found 0 among 3 tabs"):
            connect(cdp=endpoint, tab="?three")
        with connect(cdp=endpoint, tab="?two") as page:
            assert page.url.endswith("?two")
        with pytest.raises(BrowserError, match="a page without Aero"):
            connect(cdp=endpoint, tab="No machine", timeout=4)


def test_a_tab_closed_by_someone_else_is_told(site: AeroSite) -> None:
    with running_browser(site.url, site.url + "plain.html") as (endpoint, _), connect(cdp=endpoint) as page:
        page.start()
        page.evaluate("setTimeout(() => window.close(), 50); 0")
        assert eventually(lambda: page.gone is not None)
        with pytest.raises(BrowserError, match="the tab was closed"):
            page.stop()


def test_an_endpoint_that_refuses_is_told() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(BrowserError, match=r"no browser listens there.*--remote-debugging-port"):
        connect(cdp=f"http://127.0.0.1:{port}")


class Refusing(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_error(403)

    def log_message(self, *_: object) -> None:
        pass


def test_an_endpoint_that_answers_403_is_told() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Refusing)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        with pytest.raises(BrowserError, match="the endpoint refused the connection"):
            connect(cdp=f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    "endpoint", ["http://192.0.2.7:9222", "ws://example.com/devtools", "http://localhost.evil.example:1"]
)
def test_an_endpoint_that_is_not_on_this_machine_is_refused(endpoint: str) -> None:
    with pytest.raises(BrowserError, match=r"is not on this machine.*allow_remote=True"):
        connect(cdp=endpoint)


def test_a_remote_endpoint_is_tried_when_allowed() -> None:
    with pytest.raises(BrowserError, match=r"opening the browser|to be ready within"):
        connect(cdp="http://192.0.2.7:9222", allow_remote=True, timeout=1)


def test_an_endpoint_that_is_no_address_is_told() -> None:
    with pytest.raises(BrowserError, match=r"expected cdp= to be like 'http://127\.0\.0\.1:9222', found '9222'"):
        connect(cdp="9222")
