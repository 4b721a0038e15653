"""Posts written for Earshot, labelled with intent, urgency and reason: what triage learns from, and is held to."""
