"""The routes of the API, one file for each resource. ``app`` has all of them registered."""

from earshot.api.resolver import app
from earshot.api.routes import (
    authors,
    bulk_actions,
    case_actions,
    cases,
    corrections,
    document,
    health,
    inbox,
    incidents,
    praise,
    reports,
    silences,
    staff,
)

__all__ = [
    "app",
    "authors",
    "bulk_actions",
    "case_actions",
    "cases",
    "corrections",
    "document",
    "health",
    "inbox",
    "incidents",
    "praise",
    "reports",
    "silences",
    "staff",
]
