"""A Trace's columns as files: Chrome Trace JSON, Arrow, folders of Parquet."""
