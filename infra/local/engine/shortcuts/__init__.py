"""What makes the embedded cloud faster: shortcuts within MiniStack, and reads past it."""
