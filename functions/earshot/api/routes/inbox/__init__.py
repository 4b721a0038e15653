"""The inbox over HTTP: its views, and acts for many of its cases."""
