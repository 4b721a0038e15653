"""Taking back what staff did to a case, so that it is what it was."""
