"""A real browser: for tests of the console and pictures of it."""
