"""The routes of the API, one file for each resource. ``app`` has all of them registered."""

from earshot.api.resolver import app
from earshot.api.routes import (
    authors,
    case_actions,
    cases,
    corrections,
    document,
    health,
    incidents,
    praise,
    reports,
    silences,
    staff,
)
from earshot.api.submissions import routes as submissions

__all__ = [
    "app",
    "authors",
    "case_actions",
    "cases",
    "corrections",
    "document",
    "health",
    "incidents",
    "praise",
    "reports",
    "silences",
    "staff",
    "submissions",
]
