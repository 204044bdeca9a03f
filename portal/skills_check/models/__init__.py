"""The tables of the skills check."""
