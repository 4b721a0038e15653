"""The console: its static files, and the server that hands them out."""
