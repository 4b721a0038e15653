"""What staff set: checking, changing and taking back brands, terms and policy, and what a change would do."""
