"""Reads of desk calls."""
