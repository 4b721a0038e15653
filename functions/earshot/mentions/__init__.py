"""What was said: mentions, and the sources they are fetched from."""
