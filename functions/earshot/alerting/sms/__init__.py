"""Text messages: the monthly budget, what a message costs, and delivery receipts."""
