"""The rules of triage as data: cues (what people write) and stakes (what they may lose), in one module per language."""
