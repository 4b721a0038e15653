"""What reading X costs, and the monthly spending limit. Amounts are in millionths of a US dollar, months are in UTC.

Prices are those of X's pay-per-use plan in 2026-11: $0.005 for each post read, $0.010 for each user. A post that is
read again on the same UTC day is not billed again. Posts that X includes because another post refers to them are
counted as read: X does not say whether it bills them, and stopping early is safer. Included authors are not counted,
because X's documentation names no price for them.
"""

from dataclasses import dataclass
from datetime import datetime

from earshot.mentions.feeds import MAX_PAGE_SIZE, Feed

# Amounts are whole millionths of a dollar.
MILLION = 1_000_000
POST_READ_PRICE = 5_000
USER_READ_PRICE = 10_000
# From this share of a limit on, staff are warned.
WARNING_SHARE = 0.8


def month_of(now: datetime) -> str:
    """The month that spending at ``now`` counts for, as ``2026-11``."""
    return f"{now:%Y-%m}"


@dataclass(frozen=True, slots=True)
class ReadBudget:
    """The limit of a month and the amount spent of it, both in millionths of a US dollar."""

    limit: int
    spent: int

    def page_size(self, feed: Feed) -> int | None:
        """The largest page that the rest of the budget can pay for; None if even the smallest page costs too much.

        Each post is expected to come with one post that it refers to.
        """
        size = min(MAX_PAGE_SIZE, (self.limit - self.spent) // (2 * POST_READ_PRICE))
        return size if size >= feed.min_page_size else None

    def can_pay_user_read(self) -> bool:
        """Whether the rest of the budget can pay for looking up one account."""
        return self.limit - self.spent >= USER_READ_PRICE

    @property
    def is_nearly_spent(self) -> bool:
        """Whether 80 % of the limit is spent, so that staff are warned before fetching stops."""
        return self.spent >= WARNING_SHARE * self.limit

    def __str__(self) -> str:
        return f"${self.spent / 1e6:.2f} of ${self.limit / 1e6:.2f} this month"
