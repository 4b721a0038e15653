"""What it means: language, sentiment, intent and urgency, each with its reasons."""
