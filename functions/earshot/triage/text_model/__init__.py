"""A linear model over the words of a post, trained on the project's own corpus."""
