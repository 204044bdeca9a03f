"""Background work: recorded with the change that needs it, run by the worker. Knows no feature."""
