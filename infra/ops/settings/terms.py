"""The terms of a deployed brand: reading, replacing and summing them up."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields

from earshot.reports.settings.admin import SettingName
from earshot.triage.terms.terms import Terms
from infra.aws_session import AwsSession
from infra.ops.settings.stored_text import DeployedText
from infra.ops.stack import Stack
from infra.terminal import COLUMNS, fitted


class DeployedTerms(DeployedText):
    """The terms of one stack."""

    def __init__(self, session: AwsSession, stack: Stack) -> None:
        super().__init__("The terms", SettingName.TERMS, session, stack)


def as_text(terms: Terms) -> str:
    """The handles that the terms are for, and what is in each list."""
    handles = ", ".join(f"@{handle}" for handle in sorted(terms.handles))
    lists: dict[str, Collection[str]] = {
        one.name: getattr(terms, one.name) for one in fields(terms) if one.name not in ("handles", "learned")
    }
    names = max(map(len, lists))
    lines = [fitted(f"Terms of {handles}", COLUMNS)] if handles else []
    for name, items in lists.items():
        start = f"  {name:<{names}}  {len(items):>3}  "
        shown = ", ".join(items if isinstance(items, tuple) else sorted(items))
        lines.append((start + fitted(shown, COLUMNS - len(start))).rstrip())
    return "\n".join(lines)
