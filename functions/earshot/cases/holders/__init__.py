"""Whose a case is: assigning it to a colleague, finding it by who holds it, and what colleagues are told of it."""
