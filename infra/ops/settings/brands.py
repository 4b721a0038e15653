"""The brands of a deployed stack: reading, replacing and summing them up."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from earshot.errors import BrandsError, SettingError
from earshot.mentions.brands.brands import Brands
from earshot.mentions.brands.toml_file import parse_brands
from earshot.reports.settings.admin import SettingName
from earshot.reports.settings.source_changes import source_changes
from infra.aws_session import AwsSession
from infra.ops.aws_errors import explained
from infra.ops.settings.stored_text import DeployedText
from infra.ops.stack import Stack
from infra.terminal import COLUMNS, fitted

_PARAMETERS = ("BrandHandles", "SearchTerms")


class DeployedBrands(DeployedText):
    """The brands of one stack. Each method raises EarshotError where AWS refuses."""

    def __init__(self, session: AwsSession, stack: Stack) -> None:
        super().__init__("The brands", SettingName.BRANDS, session, stack)

    def current(self) -> Brands:
        """The brands that are in force: those that were put, or those of the stack's parameters.

        BrandsError or SettingError where they cannot be used.
        """
        text = self.read()
        if text:
            return parse_brands(text, "what `earshot brand put` stored")
        brands, problem = self._wired.brands_of_parameters()
        if problem is not None:
            raise problem
        return brands

    def in_force(self) -> Brands | None:
        """The brands that are in force; None where what is stored cannot be used: then functions keep the last good."""
        try:
            return self.current()
        except (BrandsError, SettingError):
            return None

    def put_brands(self, text: str, now: datetime, name: str = "the brand file") -> Brands:
        """Replace the text, and return the brands that it names.

        BrandsError where it cannot be used, or where the stored terms cannot be used with it; then the last one stays.
        """
        with self._explained("read", "Your credentials need dynamodb:GetItem on it."):
            brands = self._admin.brands_in(text, name)
        self.put(text, now)
        return brands

    def overridden(self, before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, ...]:
        """Those of the stack's parameters that a deployment changed without effect, since a brand file was put."""
        changed = tuple(name for name in _PARAMETERS if before.get(name) != after.get(name))
        return changed if changed and self.read() else ()

    def changes(self, before: Brands | None, after: Brands) -> Iterator[str]:
        """One line for each source that is read from now on, or is no longer; none where it is not known before."""
        with explained("The states of the sources cannot be read", "Your credentials need dynamodb:BatchGetItem."):
            yield from source_changes(before, after, self._wired.source_table.states)


def as_text(brands: Brands) -> str:
    """What is in the lists of each brand, and how many sources are read."""
    lines: list[str] = []
    for name in brands.names:
        of_brand = brands.accounts.brands
        lists: dict[str, Collection[str]] = {
            "handles": [f"@{handle}" for handle in brands.handles if of_brand.get(handle.lower(), handle) == name],
            "search_terms": [
                term for term, brand in brands.accounts.terms.items() if (brand or brands.names[0]) == name
            ],
            "voices": sorted(voice for voice, brand in brands.voices.items() if brand == name),
        }
        lines.append(fitted(f"Brand {name}", COLUMNS))
        for key, items in lists.items():
            start = f"  {key:<12}  {len(items):>3}  "
            lines.append((start + fitted(", ".join(items), COLUMNS - len(start))).rstrip())
    lines.append(f"{len(brands.feeds)} sources are read.")
    return "\n".join(lines)
