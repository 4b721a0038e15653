"""What look-ups may cost: of X a share of its budget, spread over the days of the month, and never what is reserved.

X bills each post that it serves once a UTC day. So a post that was read today costs nothing, and neither does one that
is gone.
"""

import sys
from calendar import monthrange
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from earshot.cases.stored_mention import StoredMention
from earshot.mentions.budget import MILLION, POST_READ_PRICE, ReadBudget, day_of, month_of
from earshot.mentions.sources.x.thinning import FIRST_AT, RESERVED

# In a run. What is gone costs nothing in the end, and a budget that is used up must not keep it here.
OWED = 100
# The streams of an account are read with the same calls. Mastodon has 300 in five minutes, and each look-up is one;
# Reddit 100 a minute for 100 posts each; YouTube has a thousand units a day for look-ups of 50 comments; of Facebook
# each is one of 4,800 a day, where a single person engages with the page, of which its streams take 3,000.
_IN_A_RUN = {"mastodon": 100, "reddit": 4_000, "youtube": 2_000, "facebook": 50}
LOOKUPS = "x-lookups"
"""The service under which look-ups are booked, beside the budget of X of which they are a part."""


class Purse(Protocol):
    """Pays for look-ups, before they are made."""

    def take(self, posts: Sequence[StoredMention], *, owed: bool) -> int:
        """Book look-ups of posts; how many of them, from the first on, may be made.

        ``owed``: they were gone once, or show that others are served; a few are made whatever is left.
        """
        ...

    def give_back(self, posts: Sequence[StoredMention]) -> None:
        """Of what was booked these were not served, and so not billed."""
        ...

    @property
    def why_empty(self) -> str:
        """Why not all could be looked up, as the state of a sweep says it."""
        ...


class FreePurse:
    """Of a network that asks no money. Of what is not owed ``most`` look-ups of a run are made."""

    why_empty = "The rest waits: the account is read with the same calls, and so many are left for that."

    def __init__(self, most: int = sys.maxsize) -> None:
        self._left = most

    @classmethod
    def of(cls, network: str) -> "FreePurse":
        """That of a network for one run."""
        return cls(_IN_A_RUN.get(network, sys.maxsize))

    def take(self, posts: Sequence[StoredMention], *, owed: bool) -> int:
        """All that are owed; of others as many as are left."""
        if owed:
            return len(posts)
        count = min(len(posts), self._left)
        self._left -= count
        return count

    def give_back(self, posts: Sequence[StoredMention]) -> None:
        """Nothing was paid."""


class Bookings(Protocol):
    """Amounts in millionths of a US dollar, by service and period."""

    def spend(self, service: str, month: str, millionths: int) -> int: ...
    def spent(self, service: str, month: str) -> int: ...


def swept(bookings: Bookings, now: datetime) -> int:
    """What look-ups of X have cost this month, in millionths of a US dollar."""
    return bookings.spent(LOOKUPS, month_of(now))


class XPurse:
    """Pays for look-ups of one run: ``share`` of the ``limit`` of X for a month, in US dollars, is for them."""

    why_empty = "The rest waits: what look-ups may cost today is used up."

    def __init__(self, bookings: Bookings, limit: float, share: float, now: datetime) -> None:
        self._bookings = bookings
        self._limit = round(limit * MILLION)
        self._share = share
        self._now = now
        self._owed = OWED * POST_READ_PRICE

    def take(self, posts: Sequence[StoredMention], *, owed: bool) -> int:
        """Book look-ups; how many, from the first on, may be made. Look-ups wait as soon as anything of X waits."""
        left, count, amount = self._left(), 0, 0
        left = max(left, self._owed) if owed else left
        for post in posts:
            price = self._price(post)
            if price and amount + price > left:
                break
            count, amount = count + 1, amount + price
        self._owed -= amount if owed else 0
        self._book(amount)
        return count

    def give_back(self, posts: Sequence[StoredMention]) -> None:
        """These were booked and not served, and so not billed."""
        self._book(-sum(map(self._price, posts)))

    def take_more(self, count: int) -> int:
        """Book later versions of edited posts, which are other posts to X; how many of them may be asked for."""
        may = min(count, max(self._left(), 0) // POST_READ_PRICE)
        self._book(may * POST_READ_PRICE)
        return may

    def give_back_more(self, count: int) -> None:
        """So many later versions were booked and not served."""
        self._book(-count * POST_READ_PRICE)

    def _price(self, post: StoredMention) -> int:
        return 0 if post.ingested_at.date() == self._now.date() else POST_READ_PRICE

    def _left(self) -> int:
        """What may still be spent on look-ups today."""
        month, day = month_of(self._now), day_of(self._now)
        today = self._bookings.spent(LOOKUPS, day)
        before = self._bookings.spent(LOOKUPS, month) - today
        days_left = monthrange(self._now.year, self._now.month)[1] - self._now.day + 1
        for_today = max(int(self._share * self._limit) - before, 0) // days_left
        budget = ReadBudget(self._limit, self._bookings.spent("x", month), self._bookings.spent("x", day))
        untouched = FIRST_AT * (1 - RESERVED)
        room = min(int(untouched * budget.limit) - budget.spent, int(untouched * budget.day_limit) - budget.spent_today)
        return min(for_today - today, room)

    def _book(self, amount: int) -> None:
        if amount:
            for service in ("x", LOOKUPS):
                for period in (month_of(self._now), day_of(self._now)):
                    self._bookings.spend(service, period, amount)
