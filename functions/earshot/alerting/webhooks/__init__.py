"""Webhooks, Slack and Microsoft Teams."""
