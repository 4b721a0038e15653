"""Silences that staff set."""
