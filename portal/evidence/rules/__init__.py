"""The pure heart: atoms, how queues close into them, and releases."""
