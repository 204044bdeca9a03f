"""Service-desk call counts: imports by preset and the dated category mapping."""
