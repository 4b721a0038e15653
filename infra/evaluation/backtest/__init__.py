"""Comparing two releases, or two sets of terms, on the same recorded posts."""
