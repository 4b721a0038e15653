"""Trains the encoder: ``make encoder``, in an environment of its own, since torch is large and nothing else needs it."""
