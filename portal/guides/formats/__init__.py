"""Readers of guide files: guide.yaml, captions, video."""
