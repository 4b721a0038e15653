"""The routes of the settings page: texts, what they would do, the log of changes, accounts, and the calendar."""

from earshot.api.routes.settings import changes, previews, texts, turns, users

__all__ = ["changes", "previews", "texts", "turns", "users"]
