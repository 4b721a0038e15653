"""The routes of the API, one file for each resource. Importing this package registers them all."""

from earshot.api.routes import cases, corrections, incidents, me, praise, reports, silences, staff

__all__ = ["cases", "corrections", "incidents", "me", "praise", "reports", "silences", "staff"]
