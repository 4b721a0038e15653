"""The service-level policy: targets, business hours, ladders, quiet hours."""
