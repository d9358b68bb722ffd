"""What can be started, exported and stopped: the Sources of a capture."""
