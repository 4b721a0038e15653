"""Commands about the life of a stack: before an upgrade, and after a loss."""
