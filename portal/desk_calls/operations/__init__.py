"""Writes of desk calls."""
