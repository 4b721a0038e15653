"""Posts written for Earshot, labelled with intent, urgency and reason: to tune triage on, and to measure it."""
