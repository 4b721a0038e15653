"""What a stack stores, as a file, and brought back into a stack."""
