"""Skill against calls as probabilities (measurement, sections B and D): pure functions over arrays."""
