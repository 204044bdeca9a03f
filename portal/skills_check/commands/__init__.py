"""The commands of the skills check and of its question bank."""
