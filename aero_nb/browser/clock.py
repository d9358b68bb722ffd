"""How far the page's clock is from ours, as NTP measures it."""

import time
from collections.abc import Awaitable, Callable
from typing import NamedTuple

ROUND_TRIPS = 24
PAGE_NOW_US = "(performance.timeOrigin + performance.now()) * 1000"  # short: what is parsed is waited for


class ClockOffset(NamedTuple):
    """The page's wall clock minus this process's (``time.time``), and the most it can be wrong by; both in µs."""

    offset_us: float
    uncertainty_us: float


async def measure(page_now_us: Callable[[], Awaitable[float]], round_trips: int = ROUND_TRIPS) -> ClockOffset:
    """Ask the page for its clock ``round_trips`` times and trust the quickest answer (RFC 5905, section 8).

    The page read its clock somewhere between our two readings: the middle is the estimate, half the round trip the
    uncertainty. Both clocks are the wall clock, in µs since the Unix epoch.
    """
    measured = []
    for _ in range(round_trips):
        sent_ns = time.time_ns()
        there_us = await page_now_us()
        back_ns = time.time_ns()
        half_us = (back_ns - sent_ns) / 2000
        measured.append(ClockOffset(there_us - (sent_ns / 1000 + half_us), half_us))
    return min(measured, key=lambda offset: offset.uncertainty_us)
