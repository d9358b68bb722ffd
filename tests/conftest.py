"""Fixtures and settings of all tests."""

from hypothesis import settings

pytest_plugins = ["lab"]  # the fixtures jupyter, chromium and page

# The same examples in every run: whether the tests pass must not depend on luck.
settings.register_profile("aero_nb", deadline=None, max_examples=40, derandomize=True)
# New examples in every run, and many: scripts/explore. A find becomes an @example, which every run then tries.
settings.register_profile("explore", deadline=None, max_examples=1_000, derandomize=False, print_blob=True)
settings.load_profile("aero_nb")
