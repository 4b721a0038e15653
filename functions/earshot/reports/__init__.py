"""What a period was like: the digest, the report, health and counts."""
