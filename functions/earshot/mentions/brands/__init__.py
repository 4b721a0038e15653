"""The brands that Earshot listens for, which an operator changes without a deployment."""
