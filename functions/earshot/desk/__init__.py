"""Where staff work: the HTTP API, from the request to the problem that it may meet."""
