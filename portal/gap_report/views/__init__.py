"""Pages of the gap report."""
