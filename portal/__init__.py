"""Showhow: a self-service training micro-portal with a skills check and a gap report."""
