"""How many cases of one author may alert, and of a crowd of new accounts: nobody keeps the pager ringing.

Every case is opened and listed all the same. The last case that alerts says that the next ones do not, and until when.

A customer has one or two urgent troubles at a time: what they say of the same thing joins one case, and so do further
posts in a conversation. Five cases within an hour, or twelve within a day, are far more than any customer has. Who has
been answered before, or is followed by many, may have twice as many: a journalist, an agent who forwards complaints.
Who is listed as important in the brand's terms has no bound.

Accounts are cheap. Where more than thirty that nobody follows, and that never complained before, have something urgent
within one hour, that is one every two minutes: an incident, which alerts in their place, or one person's.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from earshot.mentions.mention import Author

KNOWN_FOLLOWERS = 1_000
NEWCOMER_FOLLOWERS = 10
# A brand's in one hour of the clock. One more alerts, and says that the next do not.
NEWCOMERS_AN_HOUR = 30


@dataclass(frozen=True, slots=True)
class AuthorBound:
    """How many cases of an author may alert within an hour, and within a day."""

    an_hour: int
    a_day: int


STRANGER, KNOWN = AuthorBound(5, 12), AuthorBound(10, 24)
# Of how many alerts the times are kept for an author.
MOST_REMEMBERED = KNOWN.a_day


# Takes one of so many slots of a name; False: none is left.
TakeSlot = Callable[[str, int, datetime], bool]


@dataclass(frozen=True, slots=True)
class Crowd:
    """More new accounts have alerted than may. ``until``: from when a further one may. ``is_told``: others said so."""

    until: datetime
    is_told: bool


def crowd_of(author: Author, brand: str, at: datetime, take_slot: TakeSlot) -> Crowd | None:
    """The crowd that a new account's first urgent case belongs to; None where it may alert as any other."""
    if author.verified or author.followers is None or author.followers >= NEWCOMER_FOLLOWERS:
        return None
    hour = at.replace(minute=0, second=0, microsecond=0)
    name = f"newcomers#{brand.lower()}#{int(hour.timestamp())}"
    if take_slot(name, NEWCOMERS_AN_HOUR, at):
        return None
    return Crowd(hour + timedelta(hours=1), is_told=not take_slot(f"{name}#told", 1, at))


def blocked_until(alerted: Iterable[datetime], bound: AuthorBound, at: datetime) -> datetime | None:
    """From when a further case may alert, given when earlier ones ``alerted``; None: at once."""
    times, until = sorted(alerted), list[datetime]()
    for most, span in ((bound.an_hour, timedelta(hours=1)), (bound.a_day, timedelta(days=1))):
        within = [one for one in times if at - one < span]
        if len(within) >= most:
            until.append(within[-most] + span)
    return max(until, default=None)


def bound_of(
    author: Author, alerted: tuple[datetime, ...], at: datetime, has_answer: Callable[[], bool]
) -> AuthorBound:
    """How many cases of an author may alert. ``has_answer``, whether the brand ever answered them, is rarely asked."""
    if author.verified or (author.followers or 0) >= KNOWN_FOLLOWERS:
        return KNOWN
    is_reached = blocked_until((*alerted, at), STRANGER, at) is not None
    return KNOWN if is_reached and has_answer() else STRANGER
