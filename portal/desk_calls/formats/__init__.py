"""Pure readers and writers: desk exports, presets, the mapping and its small tables as CSV."""
