"""What an evaluation measures and writes."""
