"""Learning from staff: from their corrections to a small adjustment of the shared rules, and what it would change."""
