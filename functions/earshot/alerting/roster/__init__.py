"""The roster: people, rotations, overrides, and who is on call."""
