"""The parameter ``holder`` of a list of cases: ``me``, ``nobody``, or a colleague by any of their names."""

from collections.abc import Callable

from earshot.alerting.roster.people import People
from earshot.cases.holders.held_by import NOBODY, HeldBy

ME, NOBODY_WORD = "me", "nobody"


def held_by(holder: str | None, me: str, people: Callable[[], People]) -> HeldBy | None:
    """The filter for what a client asks for; None: whoever holds them. Who is unknown is taken by their word."""
    if holder is None:
        return None
    if holder.casefold() == NOBODY_WORD:
        return NOBODY
    return HeldBy.one_of(people().names_of(me if holder.casefold() == ME else holder))
