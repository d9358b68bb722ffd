"""A live view in a browser's tab, where there is no notebook."""

import tempfile
from pathlib import Path
from typing import Any

from aero_nb.live.server import LiveServer
from aero_nb.live.view import Drawable, LivePage, LiveView

MOST_PAGE = 60_000_000  # bytes of the timeline's page that a tab is sent
TAKEN_S = 20.0  # for the tabs to fetch it


class WebView(LiveView):
    """A :class:`LiveView` that is shown by ``server``; ``options`` are as there."""

    def __init__(self, server: LiveServer, **options: Any) -> None:
        super().__init__(**options)
        self._server = server

    def finish(self, why: str, trace: Drawable | None) -> None:
        """Say in the tabs that it is over and ``why``, and show there the timeline of ``trace``, if there is one."""
        self.pause()
        if self._feed is not None and not self._over:
            self._over = True
            self._feed.close()
        page = None if trace is None else self._timeline_page(trace, why)
        self._server.timeline = page
        self._server.tabs.tell_end(why, timeline=page is not None)
        self._server.tabs.wait_until_left(TAKEN_S)

    def _open(self) -> LivePage:
        return self._server.tabs

    def _show_end(self, _page: LivePage, _trace: Drawable) -> None:
        """Show it when it is saved as well: :meth:`finish`."""

    def _timeline_page(self, trace: Drawable, title: str) -> bytes | None:
        """Return the page with the timeline, at the window where somebody looked; None where it is too large."""
        window = self._server.tabs.window
        shown = {} if window is None else {"window": [self._to_us(at_ns, trace.start) for at_ns in window]}
        with tempfile.TemporaryDirectory() as folder:
            page: Path = trace.to_html(Path(folder, "timeline.html"), title=title, **shown)
            return page.read_bytes() if page.stat().st_size <= MOST_PAGE else None
