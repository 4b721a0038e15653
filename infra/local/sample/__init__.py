"""The sample stream."""
