"""How long functions take to start."""
