"""The synthetic council, loaded through the features' own operations."""
