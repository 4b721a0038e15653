"""The doctor's checks from outside: the account, the region, and what a deployed stack's own functions cannot see."""
