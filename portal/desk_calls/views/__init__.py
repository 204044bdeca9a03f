"""Pages of desk calls."""
