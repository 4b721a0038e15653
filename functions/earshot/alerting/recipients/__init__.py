"""Who receives an alert: people, their addresses, and their subscriptions to the alert topic."""
