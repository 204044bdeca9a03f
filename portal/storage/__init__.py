"""The database and the file store. Knows no feature and no web framework."""
