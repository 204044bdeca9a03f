"""Reads of guides."""
