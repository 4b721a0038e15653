"""The text of a post as a reader sees it, whatever characters it was typed with."""
