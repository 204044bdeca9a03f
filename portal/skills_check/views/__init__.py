"""Pages of the skills check."""
