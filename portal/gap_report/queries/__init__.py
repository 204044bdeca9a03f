"""Reads of the gap report."""
