"""The formats of the items of the case table, and the steps from each to the next."""
