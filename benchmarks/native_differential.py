"""Look for bytes that the two readers read differently: ``native_differential.py [SECONDS] [FILE...]``.

Mutants of our own traces, made-up events, and mutants of the given files, by default of the smaller ones of the
development data where it is there. New ones in every run; the seed is printed. What differs is written to
``build/differs-N.json`` and named; exit code 1.
"""

import random
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.support.both_readers import differences, made_up, mutant, own_seeds, read_both  # noqa: E402
from tests.support.shared import SHARED  # noqa: E402

LARGEST = 300_000  # bytes of a file of which mutants are made


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 600
    files = [Path(name) for name in sys.argv[2:]] or sorted((SHARED / "traces").rglob("*.json"))
    seeds = own_seeds() + [path.read_bytes() for path in files if path.is_file() and path.stat().st_size < LARGEST]
    number = random.SystemRandom().randrange(2**32)
    print(f"seed {number}, {len(seeds)} traces to start from", flush=True)
    choose, start, inputs, found = random.Random(number), time.monotonic(), 0, 0
    while time.monotonic() - start < seconds:
        data = made_up(choose, 60) if choose.random() < 0.3 else mutant(choose.choice(seeds), choose)
        inputs += 1
        differs = differences(*read_both(data))
        if differs:
            found += 1
            path = ROOT / "build" / f"differs-{found}.json"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
            print(f"{path}: {differs[0]}", flush=True)
    print(f"{inputs:,} inputs in {time.monotonic() - start:.0f} s, {found} read differently")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
