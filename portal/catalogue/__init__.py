"""ICT systems, skills, directorates and call types: the shared key of guides, questions and calls."""
