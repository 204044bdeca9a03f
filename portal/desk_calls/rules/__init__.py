"""The pure heart of desk calls."""
