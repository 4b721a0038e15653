"""X: the client of its API v2, the conversion of its posts, and the bearer token."""
