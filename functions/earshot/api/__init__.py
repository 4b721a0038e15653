"""The HTTP API that staff and the console use, and the pages behind the links in alerts."""
