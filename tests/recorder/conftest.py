"""Fixtures of the recorder's tests."""

import pytest

from aero_nb import Recorder


@pytest.fixture
def recorder():
    recorder = Recorder()
    recorder.trace_start()
    return recorder
