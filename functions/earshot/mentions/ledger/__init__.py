"""The ledger: per source and hour what was read, delivered, left out and missed, and what it cost."""
