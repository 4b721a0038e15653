"""Colleagues as the API knows them: who they are, how they are told, what they look at, what they like to write."""
