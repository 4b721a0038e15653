"""The rules for Spanish, Portuguese, French, German and Italian."""
