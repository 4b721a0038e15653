"""The doctor: whether all is true that must be before somebody relies on Earshot, as far as the stack itself sees."""
