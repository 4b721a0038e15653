"""Text messages: what they cost, the monthly budget that allows them, and their delivery receipts."""
