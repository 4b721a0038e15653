"""What was heard and what was missed, and what hearing costs."""
