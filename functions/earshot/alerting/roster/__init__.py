"""The roster: people, rotations, overrides and absences, and who is on call."""
