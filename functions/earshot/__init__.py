"""Earshot: the listener a company runs so that no customer who complains in public goes unheard.

The rooms stand in the order in which data walks through them, and a room imports only rooms before it:
``mentions`` (what was said), ``triage`` (what it means), ``cases`` (what is owed), ``alerts`` (who must know).
"""
