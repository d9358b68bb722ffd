"""Where the development data lies: beside the checkout in CI, absent in a user's clone (tests that need it skip)."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"

needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(), reason="needs the development data folder 'shared' beside the checkout"
)
