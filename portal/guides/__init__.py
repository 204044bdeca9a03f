"""Screencasts by system: pages, captions, steps, search."""
