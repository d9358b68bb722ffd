"""How often the interval of a comparison holds the true difference, and what a drifting machine does to the test.

    python benchmarks/inference.py

Seeded: the same figures on every machine. They stand in docs/analysis.md.
"""

import numpy as np
import pandas as pd

from aero_nb.comparing.comparison import judge
from aero_nb.comparing.inference import shift

COMPARISONS = 20_000
RUNS = (3, 4, 5, 10, 20)
DRIFTS = (0.5, 0.9, 0.99)
TRUE_DIFFERENCE = 5.0


def noise(kind, rng, shape):
    """Draw run times around 100."""
    if kind == "normal":
        return rng.normal(100, 2, shape)
    if kind == "skewed":
        return 100 + rng.lognormal(0, 1, shape)
    return 100 + rng.normal(0, 0.5, shape) + 8 * (rng.random(shape) < 0.4)


def coverage(kind, runs, rng):
    """Return the share of intervals that hold the true difference, and their mean width."""
    base, candidate = (noise(kind, rng, (COMPARISONS, runs)) for _ in range(2))
    _, low, high = shift(base, candidate + TRUE_DIFFERENCE)
    return np.mean((low <= TRUE_DIFFERENCE) & (high >= TRUE_DIFFERENCE)), np.mean(high - low)


def false_alarms(order, correlation, rng, tries=1000):
    """Return the share of comparisons of equals that flag a change, where the machine's speed is AR(1)."""
    base, candidate = ([at for at, side in enumerate(order) if side == one] for one in "bc")
    table = pd.DataFrame({"kind": ["span"], "statistic": "self", "share": 1.0, "base": 100.0})
    hits = 0
    for _ in range(tries):
        speed = np.zeros(len(order))
        for at in range(1, len(order)):
            speed[at] = correlation * speed[at - 1] + rng.normal(0, 0.02)
        runs = 100 * (1 + speed + 0.002 * rng.standard_normal((1, len(order))))
        hits += bool(judge(table, runs[:, base], runs[:, candidate], min_change=0)["changed"].any())
    return hits / tries


def main():
    rng = np.random.default_rng(0)
    print(f"coverage of the 95% interval, mean width ({COMPARISONS:,} comparisons)")
    for kind in ("normal", "skewed", "bimodal"):
        for runs in RUNS:
            share, width = coverage(kind, runs, rng)
            told = f"{share:.1%}, {width:.2f}" if share else "no interval"
            print(f"  {kind:8} {runs:3} runs a side: {told}")
    print("false alarms of one question at 5%, 10 runs a side")
    for correlation in DRIFTS:
        blocked, in_turn = (false_alarms(order, correlation, rng) for order in ("b" * 10 + "c" * 10, "bc" * 10))
        print(f"  AR(1) {correlation}: base first {blocked:.1%}, in turn {in_turn:.1%}")


if __name__ == "__main__":
    main()
