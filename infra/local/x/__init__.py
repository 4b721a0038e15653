"""The stand-in for the X API."""
