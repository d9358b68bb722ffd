"""The tables of a Trace: NumPy columns inside, DataFrames outside, and what makes new ones of old ones."""
