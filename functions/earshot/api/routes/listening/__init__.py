"""What was heard of a time, and what hearing costs."""
