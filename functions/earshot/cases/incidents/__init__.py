"""Incidents: many customers with one problem."""
