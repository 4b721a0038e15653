"""The rules of triage, as data: what people say (cues) and what is at stake, for each language."""
