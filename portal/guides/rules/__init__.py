"""The pure heart of guides."""
