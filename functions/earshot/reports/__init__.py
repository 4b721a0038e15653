"""What happened in a period: the digest, the report, counts, corrections, and the health of the sources."""
