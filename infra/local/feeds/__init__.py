"""A blog, a forum or a shop on this machine: feeds over HTTP, with the faults that their servers have."""
