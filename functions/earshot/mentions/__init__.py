"""Mentions: posts that name the brand, and how they are fetched from the networks into the mention queue."""
