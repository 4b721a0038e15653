"""What a deployed stack has heard, what of the rest can be fetched, and what it costs."""
