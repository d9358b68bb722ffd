"""A recording that exists already, played back as if it had just been made."""


class ReplaySource:
    """Hand over ``data`` (Chrome Trace JSON bytes) whenever asked: tests, demonstrations, recovered files."""

    def __init__(self, data: bytes) -> None:
        self._data = bytes(data)

    def start(self) -> None:
        """Nothing to do: what was recorded stays."""

    def export(self) -> bytes:
        """Return the data, unchanged."""
        return self._data

    def stop(self) -> bytes:
        """Return the data, unchanged."""
        return self._data
