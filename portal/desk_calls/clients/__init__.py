"""Other systems: the desks that can be asked for their calls, and the program that reads a large file."""
