"""The request and response bodies of the API, as Pydantic models."""
