"""A linear model over the words of an English post, trained on the project's own corpus."""
