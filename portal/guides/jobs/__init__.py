"""Background work of guides."""
