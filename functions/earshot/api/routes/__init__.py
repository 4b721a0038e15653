"""The routes of the API, one file for each resource, which register with the resolver as they are imported.

``cases`` is loaded with this: the lists of cases are what staff open first. The others wait until somebody asks for
them: a cold start that loaded all would take a fifth longer.
"""

from functools import cache
from importlib import import_module
from pkgutil import walk_packages

from earshot.api.resolver import StaffResolver, app
from earshot.api.routes import cases

__all__ = ["LIKELY_FILES", "app", "cases", "load_route", "whole_app"]

# Where what is read below the first part of a path is likely to be. A hint: what is not found there is looked for in
# all files.
LIKELY_FILES = {
    "authors": "authors",
    "budget": "listening.listening",
    "cases": "cases",
    "counts": "reports",
    "coverage": "listening.listening",
    "doctor": "health",
    "health": "health",
    "inbox": "inbox.view",
    "inbox.csv": "inbox.view",
    "incidents": "incidents",
    "me": "staff",
    "on-call": "staff",
    "opportunities": "praise",
    "people": "people.people",
    "praise": "praise",
    "removals": "listening.removals",
    "report": "reports",
    "settings": "settings.texts",
    "silences": "silences",
    "snippets": "people.snippets",
    "staff": "staff",
    "users": "settings.users",
}


def load_route(method: str, path: str) -> None:
    """Load the file with this route, or all files where none is known that has it."""
    file = LIKELY_FILES.get(path.strip("/").partition("/")[0])
    if method == "GET" and file is not None:
        import_module(f"{__name__}.{file}")
    if method not in app.methods_at(path):
        whole_app()


@cache
def whole_app() -> StaffResolver:
    """The resolver with every route."""
    for file in walk_packages(__path__, f"{__name__}."):
        import_module(file.name)
    return app
