"""The only door from answers to figures: closed batches (atoms) and releases."""
