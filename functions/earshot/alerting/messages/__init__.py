"""What alerts say: the SMS, the email, and messages about several cases."""
