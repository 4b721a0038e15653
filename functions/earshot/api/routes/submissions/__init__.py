"""Posts that somebody else brings: one route, and what its bodies are."""
