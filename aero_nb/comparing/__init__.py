"""Runs against runs: the metrics of one, the difference of two sides, and Aero's thresholds."""
