"""What staff ask: the HTTP API."""
