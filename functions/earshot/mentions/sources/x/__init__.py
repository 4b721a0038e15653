"""X: its API v2, its posts, and the token that reads them."""
