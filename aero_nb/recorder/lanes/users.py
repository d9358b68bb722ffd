"""The threads that use one lane, one after another: whose record is whose, and what the lane is called then."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import reduce
from itertools import pairwise

FINISHED_THREADS = "finished threads"
"""The name of a lane whose threads have nothing in their names in common."""

LaneUser = tuple[int, str]
"""Number of the first record that a thread wrote into the lane, and the thread's name."""


_NUMBER = re.compile(r"[-_ #]?\d+")


def common_part(name: str) -> str:
    """Return ``name`` without its numbers, which tell threads of one kind apart: "io" of "io_7"."""
    return _NUMBER.sub("", name)


def lane_name(names: Sequence[str]) -> str:
    """Return what a lane is called that was used by threads of these names: what they have in common."""
    return reduce(_in_common, names) or FINISHED_THREADS


def _in_common(one: str, other: str) -> str:
    """Return two names without the numbers in which they differ."""
    if common_part(one) != common_part(other):
        return FINISHED_THREADS
    common = []
    i = j = 0
    while i < len(one) or j < len(other):
        here, there = _NUMBER.match(one, i), _NUMBER.match(other, j)
        if here is None and there is None:  # the same letter, as nothing but numbers tells them apart
            common.append(one[i])
            i, j = i + 1, j + 1
            continue
        if here and there and here[0] == there[0]:
            common.append(here[0])
        i, j = here.end() if here else i, there.end() if there else j
    return "".join(common)


def add_user(users: list[LaneUser], first: int, name: str, oldest: int) -> None:
    """Note that records from number ``first`` on are of the thread ``name``; it may also be its new name.

    ``oldest`` is the number of the oldest record that survives: users whose records are gone are forgotten in time.
    """
    if users and users[-1][0] == first:
        users.pop()  # it recorded nothing, or has a new name
    users.append((first, name))
    if len(users) > 64 and users[len(users) // 2][0] <= oldest:  # half of them at once, so that it costs little
        del users[: max(0, bisect_right(users, oldest, key=_first) - 1)]


def user_at(users: Sequence[LaneUser], record: int) -> LaneUser:
    """Return whose the record of that number is."""
    return users[max(0, bisect_right(users, record, key=_first) - 1)]


def stretches(users: Sequence[LaneUser], start: int, stop: int) -> Iterator[tuple[LaneUser, int, int]]:
    """Yield each user of the records ``start`` to ``stop`` (not with it), and the numbers of its own among them."""
    for user, following in pairwise([*users, (stop, "")]):
        first, end = max(user[0], start), min(following[0], stop)
        if first < end:
            yield user, first, end


def _first(user: LaneUser) -> int:
    return user[0]
