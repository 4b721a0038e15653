"""What operators do with a deployed stack."""
