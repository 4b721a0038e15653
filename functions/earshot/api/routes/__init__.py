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
from earshot.api.routes.settings import changes, previews, texts, turns, users

__all__ = [
    "app",
    "authors",
    "case_actions",
    "cases",
    "changes",
    "corrections",
    "document",
    "health",
    "incidents",
    "praise",
    "previews",
    "reports",
    "silences",
    "staff",
    "texts",
    "turns",
    "users",
]
