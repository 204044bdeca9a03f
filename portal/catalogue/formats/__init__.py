"""Readers of the catalogue's outside files."""
