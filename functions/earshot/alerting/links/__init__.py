"""The action link of an alert, by which its reader acts without signing in."""
