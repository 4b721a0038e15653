"""Who must know: what is sent to whom, when, and in which words."""
