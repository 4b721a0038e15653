"""``earshot forget``: removes what a person wrote, and who they are, from everything that a stack stores."""
