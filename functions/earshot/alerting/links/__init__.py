"""The link in an alert, by which its reader acts without signing in."""
