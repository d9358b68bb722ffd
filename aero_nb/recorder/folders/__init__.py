"""Lanes that lie in files of a folder, which processes share, whoever of them dies when."""
