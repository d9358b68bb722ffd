"""``python -m aero_nb`` is the command ``aero-nb``."""

import sys

from aero_nb.cli import main

if __name__ == "__main__":
    sys.exit(main())
