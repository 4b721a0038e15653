"""Who may sign in to a deployed stack, and the secrets that it works with."""
