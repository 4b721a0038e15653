"""What became of the alerts of a case, and what will: one value, which every screen and text shows."""
