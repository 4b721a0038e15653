"""What happens where nothing fails: posts, items of a feed, and what staff do."""
