"""Fixtures and settings of all tests."""

import os

from hypothesis import settings

pytest_plugins = ["lab"]  # the fixtures jupyter, chromium and page

# The same examples in every CI run: a find there must not depend on luck. Locally each run looks at new ones.
settings.register_profile("aero_nb", deadline=None, max_examples=40, derandomize=bool(os.environ.get("CI")))
settings.load_profile("aero_nb")
