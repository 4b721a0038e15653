"""What alerts say: text messages, emails, and messages about several cases."""
