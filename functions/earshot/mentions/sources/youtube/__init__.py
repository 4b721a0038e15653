"""YouTube: comments on its videos, and its API."""
