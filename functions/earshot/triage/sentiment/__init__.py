"""The sentiment of a post: Amazon Comprehend, and the lexicon where it does not answer."""
