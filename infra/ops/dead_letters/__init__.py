"""The dead-letter queues of a stack: what is in them, sending it through again, and deleting what nobody can read."""
