"""Authentication and authorization: who sends a request, and what their role allows."""
