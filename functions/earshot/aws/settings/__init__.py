"""Texts that people put into a table and the functions read from it, with a log of their changes."""
