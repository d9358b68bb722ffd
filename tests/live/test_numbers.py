"""The numbers of a live view, told from what is new, as from all of the last minute."""

import numpy as np
import pytest

from aero_nb.analysis.frame_times import BUDGET_US, LATE
from aero_nb.analysis.percentiles import percentiles
from aero_nb.live.numbers import MINUTE_NS, SECOND_NS, Frames


@pytest.mark.parametrize(
    ("seed", "mean_ms", "slow_share"), [(1, 16.0, 0.02), (2, 0.5, 0.0), (3, 3.0, 0.5), (4, 900.0, 0.1), (5, 40.0, 1.0)]
)
def test_numbers_are_those_of_the_last_minute_whole(seed: int, mean_ms: float, slow_share: float) -> None:
    """The slow frames all come in one stretch, so that seconds differ in what they have of the longest."""
    chance = np.random.default_rng(seed)
    count = int(100_000 / mean_ms)
    lengths = (chance.gamma(4.0, mean_ms / 4, count) * 1e6).astype(np.int64)
    slow = slice(count // 3, count // 3 + int(count * slow_share))
    lengths[slow] *= 3
    began = np.append(0, np.cumsum(lengths))
    frames, known = Frames(), 0
    for now in range(SECOND_NS // 3, int(began[-1]), SECOND_NS * 7 // 3):
        until = int(np.searchsorted(began, now, side="right"))
        frames.add(0, began[known:until].tolist(), after_loss=False)
        known = until
        told = frames.numbers(now)
        starts, ms = began[: until - 1], lengths[: until - 1] / 1e6
        minute = ms[starts >= now - MINUTE_NS]
        latest = ms[began[1:until] >= now - SECOND_NS]
        assert told["frames"] == len(minute)
        assert told["late"] == np.count_nonzero(minute * 1000 > BUDGET_US * LATE)
        assert told["low"] == (pytest.approx(1000 / percentiles(minute, [0.99])[0]) if len(minute) else None)
        assert told["frame_ms"] == (pytest.approx(latest.mean()) if len(latest) else None)


def test_frames_of_more_than_a_minute_ago_are_forgotten() -> None:
    frames = Frames()
    frames.add(0, [0, SECOND_NS, 2 * SECOND_NS], after_loss=False)
    assert frames.numbers(2 * SECOND_NS)["frames"] == 2
    assert frames.numbers(MINUTE_NS + SECOND_NS)["frames"] == 1
    nothing = frames.numbers(2 * MINUTE_NS)
    assert (nothing["frames"], nothing["low"], nothing["late"], nothing["fps"]) == (0, None, 0, 0.0)
