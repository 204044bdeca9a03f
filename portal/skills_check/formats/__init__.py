"""Readers of question files and answer files."""
