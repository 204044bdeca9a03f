"""Writes of the gap report: what people said."""
