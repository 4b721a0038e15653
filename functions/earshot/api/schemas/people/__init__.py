"""Colleagues as requests and responses have them."""
