"""The console: the pages on which staff work, in ``static/``, and the server that hands them to browsers."""
