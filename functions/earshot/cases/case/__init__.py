"""A case and the value objects that it is made of, one module for each."""
