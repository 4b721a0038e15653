"""The files that people have: each kind is recognised by what is in it, and read as Earshot's own columns."""
