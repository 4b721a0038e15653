"""How many cases of one author may alert: nobody keeps the pager ringing by posting without end.

Every case is opened and listed all the same. The last case that alerts says that the next ones do not, and until when.

A customer has one or two urgent troubles at a time: what they say of the same thing joins one case, and so do further
posts in a conversation. Five cases within an hour, or twelve within a day, are far more than any customer has. Who has
been answered before, or is followed by many, may have twice as many: a journalist, an agent who forwards complaints.
Who is listed as important in the brand's terms has no bound.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from earshot.mentions.mention import Author

KNOWN_FOLLOWERS = 1_000


@dataclass(frozen=True, slots=True)
class AuthorBound:
    """How many cases of an author may alert within an hour, and within a day."""

    an_hour: int
    a_day: int


STRANGER, KNOWN = AuthorBound(5, 12), AuthorBound(10, 24)
# Of how many alerts the times are kept for an author.
MOST_REMEMBERED = KNOWN.a_day


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
