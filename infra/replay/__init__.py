"""Replaying recorded posts and scenarios through the whole pipeline."""
