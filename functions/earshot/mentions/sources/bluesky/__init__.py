"""Bluesky: its posts, and its API, which is that of the AT Protocol."""
