"""The report on a period: its figures, as text and as a table."""
