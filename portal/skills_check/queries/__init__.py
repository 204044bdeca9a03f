"""Reads of the skills check."""
