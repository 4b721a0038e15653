"""What triage is worth: measured on posts that a person has labelled."""
