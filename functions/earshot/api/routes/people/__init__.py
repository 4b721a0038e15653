"""The routes about colleagues: who they are, whose a case is, who looks at it, and their saved texts."""

from earshot.api.routes.people import holders, people, snippets

__all__ = ["holders", "people", "snippets"]
