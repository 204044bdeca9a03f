"""Forms of the gap report."""
