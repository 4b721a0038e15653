"""Alerts for other systems: webhooks, Slack and Microsoft Teams."""
