"""Spans of functions that nobody edited, by the interpreter's hooks."""
