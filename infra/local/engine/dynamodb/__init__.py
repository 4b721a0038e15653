"""What makes the tables of the embedded cloud fast: shortcuts within MiniStack, and reads past it."""
