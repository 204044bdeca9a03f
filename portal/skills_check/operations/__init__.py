"""Writes of the skills check."""
