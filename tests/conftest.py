"""Fixtures of all tests."""

pytest_plugins = ["lab"]  # the fixtures jupyter, chromium and page
