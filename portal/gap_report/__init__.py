"""Skill gap beside calls. Reads atoms, never answers."""
