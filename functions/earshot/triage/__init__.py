"""Triage: the language, sentiment, intent and urgency of a post, each with its reasons."""
