"""Who must know: which alerts are sent, to whom, when, on which channel, and what they say."""
