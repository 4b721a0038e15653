"""The morning digest: what it says, its email, and the log of sent digests."""
