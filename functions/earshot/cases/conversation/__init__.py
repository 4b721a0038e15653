"""A conversation on a network, and how posts are folded into the case that it gave rise to."""
