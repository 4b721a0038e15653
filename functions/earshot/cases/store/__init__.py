"""The case table: keys, items, writes and queries."""
