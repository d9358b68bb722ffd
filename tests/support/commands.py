"""``aero-nb`` in a process of its own."""

import subprocess
import sys


def run_aero_nb(*arguments, **options):
    """Run the command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "aero_nb", *map(str, arguments)], capture_output=True, text=True, timeout=300, **options
    )
