"""The pages behind the link in an alert."""
