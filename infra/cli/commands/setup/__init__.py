"""Commands that set a stack up, and say whether it can be relied on."""
