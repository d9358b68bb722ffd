"""What a live view's own page is sent: kept for a while, for each tab that asks what is new."""

import json
import math
import struct
import threading
import time
from collections import deque
from typing import Any, NamedTuple

from aero_nb.live.wire import Push

KEPT = 240  # messages: the last minute, at four a second, for a tab that is opened late
KEPT_BYTES = 32_000_000
MOST_MARKS = 1000
MOST_TEXT = 200  # characters of a mark
PATIENCE_S = 15.0  # until a tab is answered that there is nothing new
_FRESH_S = 3.0  # a tab that has not asked again for so long is gone
_HEAD = struct.Struct("<2I")


class _Message(NamedTuple):
    id: int
    message: dict[str, Any]
    data: bytes


class Tabs:
    """The page of a live view, in as many tabs as are open, or in none: the :class:`~aero_nb.live.view.LivePage`.

    Any thread may call it.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._messages: deque[_Message] = deque()
        self._bytes = 0
        self._last = 0
        self._names: list[str] = []
        self._recording = -1
        self._asked: dict[str, float] = {}  # tab -> when it was last answered; inf: it waits
        self._marks: list[list[Any]] = []
        self._window: list[float] | None = None

    # The view's side

    @property
    def window(self) -> list[float] | None:
        """``[t0, t1]`` (ns) where a tab was paused last, or None."""
        return self._window

    @property
    def marks(self) -> list[list[Any]]:
        """``[ns, text]`` of what was marked in the tabs."""
        return list(self._marks)

    def push(self, push: Push, data: bytes) -> None:
        """Keep a push for the tabs."""
        with self._changed:
            if push["recording"] != self._recording:
                self._recording = push["recording"]
                self._messages.clear()
                self._bytes = 0
            self._names[push["first"] :] = push["names"]
            self._add(dict(push), data)

    def tell_end(self, why: str, *, timeline: bool = False) -> None:
        """Say that no more will come; ``timeline``: that the whole one is there to be asked for."""
        with self._changed:
            self._add({"ended": why, "timeline": timeline})

    def _add(self, message: dict[str, Any], data: bytes = b"") -> None:
        self._last += 1
        self._messages.append(_Message(self._last, message, data))
        self._bytes += len(data)
        while len(self._messages) > 1 and (len(self._messages) > KEPT or self._bytes > KEPT_BYTES):
            self._bytes -= len(self._messages.popleft().data)
        self._changed.notify_all()

    # The tabs' side

    def after(self, last: int, tab: str) -> bytes:
        """Return the messages after number ``last``, for which it waits; nothing where none came."""
        with self._changed:
            self._asked[tab] = math.inf
            self._changed.wait_for(lambda: self._last > last, PATIENCE_S)
            found = [message for message in self._messages if message.id > last]
            self._asked[tab] = time.monotonic()
            named = [at for at, message in enumerate(found) if "names" in message.message]
            first = named[0] if named and found[0].id > last + 1 else -1  # of a tab that comes late
            if first >= 0 and self._marks:
                found.append(_Message(found[-1].id, {"marks": self._marks}, b""))
            return b"".join(self._encoded(message, whole=at == first) for at, message in enumerate(found))

    def _encoded(self, message: _Message, *, whole: bool) -> bytes:
        """Return a message as the page reads it; ``whole``: with all names, for a tab that lacks those before it."""
        told = message.message
        if whole and "names" in told:
            told = {**told, "first": 0, "names": self._names[: told["first"] + len(told["names"])]}
        text = json.dumps({"id": message.id, "message": told}).encode()
        return _HEAD.pack(len(text), len(message.data)) + text + message.data

    def change(self, told: Any) -> None:
        """Take in what a tab says: its window, and new marks.

        Raises ValueError for what no page of ours says.
        """
        if not isinstance(told, dict):
            raise ValueError("expected an object")
        marks = [_mark(mark) for mark in told.get("marks", [])]
        with self._changed:
            if "window" in told:
                window = told["window"]
                self._window = None if window is None else [_number(at) for at in window][:2]
            if marks:
                self._marks = [*self._marks, *marks][:MOST_MARKS]
                self._add({"marks": self._marks})

    def left(self, tab: str) -> None:
        """Count on a tab no more: it has what it needs."""
        with self._changed:
            self._asked.pop(tab, None)
            self._changed.notify_all()

    def wait_until_left(self, seconds: float) -> None:
        """Wait until no tab needs anything more, or is there any more."""
        end = time.monotonic() + seconds
        with self._changed:
            while (now := time.monotonic()) < end and any(at > now - _FRESH_S for at in self._asked.values()):
                self._changed.wait(0.1)


def _mark(mark: Any) -> list[Any]:
    at, text = mark
    return [_number(at), str(text)[:MOST_TEXT]]


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"expected a number, found {value!r}")
    return float(value)
