"""Who must know: the ladder, the message, and the topic it is published to."""
