"""Writers of the report: JSON and tables."""
