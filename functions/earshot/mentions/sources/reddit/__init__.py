"""Reddit: its submissions and comments, and its API."""
