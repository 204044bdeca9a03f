"""The shape of what a check asks."""
