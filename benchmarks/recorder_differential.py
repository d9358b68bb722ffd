"""Look for programs that the two recorders record differently: ``recorder_differential.py [SECONDS]``.

Made-up ones (``tests/support/recorded_programs.py``), new in every run; the seeds of those that differ are printed, and
the exit code is 1 then.
"""

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROGRAMS = ROOT / "tests" / "support" / "recorded_programs.py"
BATCH = 200


def recorded(first, native):
    """Return what each of a batch of programs recorded."""
    env = os.environ | {"AERO_NB_NATIVE": native, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(PROGRAMS), str(first), str(first + BATCH)]
    run = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    return run.stdout.splitlines()


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 600
    first, start, programs, found = random.SystemRandom().randrange(2**40), time.monotonic(), 0, []
    while time.monotonic() - start < seconds:
        both = zip(recorded(first, "1"), recorded(first, "0"), strict=True)
        found += [first + at for at, (native, python) in enumerate(both) if json.loads(native) != json.loads(python)]
        programs += BATCH
        first += BATCH
    print(f"{programs:,} programs in {time.monotonic() - start:.0f} s, recorded differently: {found or 'none'}")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
