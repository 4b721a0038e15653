"""What reading X costs, and the monthly spending limit. Amounts are in millionths of a US dollar, months are in UTC.

Prices are those of X's pay-per-use plan in 2026-11: $0.005 for each post read, $0.010 for each user. A post that is
read again on the same UTC day is not billed again. Posts that X includes because another post refers to them are
counted as read: X does not say whether it bills them, and stopping early is safer. Included authors are not counted,
because X's documentation names no price for them.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from earshot.mentions.feeds import MAX_PAGE_SIZE, Feed, FeedKind
from earshot.mentions.sources.x.thinning import DEFAULT_THINNING, RESERVED, Thinning

# Amounts are whole millionths of a dollar.
MILLION = 1_000_000
POST_READ_PRICE = 5_000
USER_READ_PRICE = 10_000
# A day may use a quarter of the month's budget, so that a flood of posts does not make Earshot deaf for the rest of the
# month within hours: staff learn of it, and have days. It is eight times what a day has on average. Small budgets need
# no such limit.
DAYS_SHARE, LEAST_FOR_A_DAY = 4, 3 * MILLION
# Looks at the mentions that the reserve pays for are at least this far apart.
LEAST_PAUSE = timedelta(minutes=15)
# From this share of a limit on, staff are warned.
WARNING_SHARE = 0.8


def day_of(now: datetime) -> str:
    """The day that spending at ``now`` counts for, as ``2026-11-21``."""
    return f"{now:%Y-%m-%d}"


def month_of(now: datetime) -> str:
    """The month that spending at ``now`` counts for, as ``2026-11``."""
    return f"{now:%Y-%m}"


@dataclass(frozen=True, slots=True)
class ReadBudget:
    """The limit of a month, the amount spent of it, and the part of that today; in millionths of a US dollar.

    ``thinning`` says what is read no more before the mentions are, of which ``mention_feeds`` share the reserve.
    """

    limit: int
    spent: int
    spent_today: int = 0
    thinning: Thinning = DEFAULT_THINNING
    mention_feeds: int = 1

    @property
    def day_limit(self) -> int:
        """The most that may be spent in a day."""
        return max(self.limit // DAYS_SHARE, LEAST_FOR_A_DAY)

    @property
    def left(self) -> int:
        """What may still be spent today."""
        return min(self.limit - self.spent, self.day_limit - self.spent_today)

    @property
    def is_todays_limit(self) -> bool:
        """Whether it is the day's limit that is nearer, not the month's."""
        return self.day_limit - self.spent_today < self.limit - self.spent

    def left_for(self, feed: Feed) -> int:
        """What may still be spent today on a feed, without what is reserved for looks at the mentions."""
        share = (1 - RESERVED) * self.thinning.limit_of(feed)
        return min(int(share * self.limit) - self.spent, int(share * self.day_limit) - self.spent_today)

    def page_size(self, feed: Feed) -> int | None:
        """The largest page that the rest of the budget can pay for; None if even the smallest page costs too much.

        Each post is expected to come with one post that it refers to.
        """
        size = min(MAX_PAGE_SIZE, self.left_for(feed) // (2 * POST_READ_PRICE))
        return size if size >= feed.min_page_size else None

    def look(self, feed: Feed, now: datetime) -> "Look | None":
        """A look at the mentions that the reserve pays for until it is filled again; None where it has no more."""
        smallest = 2 * POST_READ_PRICE * feed.min_page_size
        if feed.kind is not FeedKind.MENTIONS or self.left < smallest:
            return None
        # Both must last: what a day leaves may be nearly all that the month has left.
        looks = (
            self._look(feed, self.limit - self.spent, _month_after(now) - now),
            self._look(feed, self.day_limit - self.spent_today, _midnight_after(now) - now),
        )
        return Look(min(look.size for look in looks), max(look.pause for look in looks))

    def _look(self, feed: Feed, left: int, lasts: timedelta) -> "Look":
        """A look for which ``left`` lasts for this time, if every feed of mentions takes as much."""
        share = left // self.mention_feeds
        pause = max(LEAST_PAUSE, lasts / max(share // (2 * POST_READ_PRICE * feed.min_page_size), 1))
        size = int(share / max(lasts / pause, 1)) // (2 * POST_READ_PRICE)
        return Look(min(MAX_PAGE_SIZE, max(feed.min_page_size, size)), pause)

    def can_pay_user_read(self) -> bool:
        """Whether the rest of the budget can pay for looking up one account."""
        return self.left >= USER_READ_PRICE

    @property
    def is_nearly_spent(self) -> bool:
        """Whether 80 % of the limit is spent, so that staff are warned before fetching stops."""
        return self.spent >= WARNING_SHARE * self.limit

    def __str__(self) -> str:
        return f"${self.spent / 1e6:.2f} of ${self.limit / 1e6:.2f} this month"


@dataclass(frozen=True, slots=True)
class Look:
    """A look at the newest posts: how many at most, and how long after the look before."""

    size: int
    pause: timedelta


def _midnight_after(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def _month_after(now: datetime) -> datetime:
    first = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (first + timedelta(days=32)).replace(day=1)
