"""What a brand's staff taught by their corrections: a small, bounded adjustment of the shared rules."""
