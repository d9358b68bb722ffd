"""The lanes of a recorder: rings of records, and which of them the running code writes into."""
