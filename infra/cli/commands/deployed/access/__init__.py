"""Commands for who may sign in to a stack, and for the secrets that it works with."""
