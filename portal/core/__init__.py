"""Pure foundations that two features or more share: errors, documents, privacy, periods, text."""
