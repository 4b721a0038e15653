"""Who gets an alert: the people on call, their addresses, and their subscriptions to the alert topic."""
