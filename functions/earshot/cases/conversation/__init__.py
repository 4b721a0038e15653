"""A conversation: posts folded into the case that they belong to."""
