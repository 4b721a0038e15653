"""Trains the encoder: ``make encoder``, in an environment of its own, for nothing else needs torch."""
