"""Processes beside that of a replay: one for all of it, and one that reads posts ahead."""
