"""The exit statuses of ``earshot``, beside 0 for success and 130 for Ctrl-C."""

EXIT_INCOMPLETE = 1
"""Done, but rows were left out, or a scenario went otherwise than expected."""

EXIT_UNUSABLE = 2
"""Nothing was done: the arguments, a file, the stack or AWS prevented it."""
