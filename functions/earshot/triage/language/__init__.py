"""The language of a post."""
