"""The sentiment of a post: from Amazon Comprehend, and from word lists for the rest."""
