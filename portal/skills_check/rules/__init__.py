"""The pure heart of the skills check."""
