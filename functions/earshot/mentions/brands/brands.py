"""The brands that Earshot listens for: their accounts, what else to search for, and who speaks for them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from earshot.mentions.feeds import Feed, feeds_of
from earshot.mentions.sources.x.accounts import BrandAccounts
from earshot.mentions.sources.x.thinning import DEFAULT_THINNING, Thinning


@dataclass(frozen=True, slots=True)
class Brands:
    """All brands of a stack.

    ``voices`` are the accounts of employees and partners, by handle in lower case or id, each with the brand that it
    speaks for. ``thinning`` says what of X is left out first when the budget runs low.
    """

    accounts: BrandAccounts
    voices: Mapping[str, str] = field(default_factory=dict[str, str])
    thinning: Thinning = DEFAULT_THINNING

    @property
    def handles(self) -> tuple[str, ...]:
        """Every account's handle, as it was written and without ``@``, in order."""
        return tuple(self.accounts.handles)

    @property
    def names(self) -> tuple[str, ...]:
        """The name of each brand, in order: the handle of its first account."""
        return tuple(dict.fromkeys(self.accounts.brands.get(handle.lower(), handle) for handle in self.handles))

    @property
    def feeds(self) -> tuple[Feed, ...]:
        """What is read of X: mentions and own posts of each handle, and the results for each search term."""
        return feeds_of(self.handles, tuple(self.accounts.terms))
