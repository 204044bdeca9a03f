"""Forms of guides and recordings."""
