"""The optional skills check: question bank, attempts, marking, own results."""
