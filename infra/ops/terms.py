"""The terms of a deployed brand: where its classifier looks for them, and summed up for people."""

from dataclasses import fields

from earshot.triage.terms.table import TermsTable
from earshot.triage.terms.terms import Terms
from infra.cli.terminal import COLUMNS, fitted
from infra.ops.stored_text import DeployedText


class DeployedTerms(DeployedText):
    """The terms of one stack."""

    what = "The terms"
    output = "SourceTableName"
    adapter = TermsTable


def as_text(terms: Terms) -> str:
    """Whose terms they are, and what is in each list."""
    handles = ", ".join(f"@{handle}" for handle in sorted(terms.handles))
    lists = {one.name: getattr(terms, one.name) for one in fields(terms) if one.name != "handles"}
    names = max(map(len, lists))
    lines = [fitted(f"Terms of {handles}", COLUMNS)] if handles else []
    for name, items in lists.items():
        start = f"  {name:<{names}}  {len(items):>3}  "
        shown = ", ".join(items if isinstance(items, tuple) else sorted(items))
        lines.append((start + fitted(shown, COLUMNS - len(start))).rstrip())
    return "\n".join(lines)
