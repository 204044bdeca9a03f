"""Writes of guides."""
