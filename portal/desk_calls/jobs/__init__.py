"""Background work of desk calls."""
