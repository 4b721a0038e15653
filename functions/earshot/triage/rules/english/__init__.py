"""The rules for English, split into several modules for their length."""
