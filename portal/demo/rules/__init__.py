"""The synthetic council, and councils simulated to try the measurement on."""
