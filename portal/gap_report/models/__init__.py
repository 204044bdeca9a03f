"""Tables of the gap report: what people said, never a figure about staff."""
