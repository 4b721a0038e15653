"""What reading X costs, and when reading stops: money is counted in millionths of a dollar, by UTC month.

Prices of X's pay per use: $0.005 for a post, $0.010 for a user. Reading a post again on the same UTC day is not
billed, so only the first read of a day counts. Posts that X includes because another refers to them are counted as
reads: whether X bills them is not confirmed, and a limit should rather stop early. Authors that come along are not
counted, for the same lack of a source.
"""

from dataclasses import dataclass
from datetime import datetime

from earshot.mentions.feeds import LARGEST_PAGE, Feed

POST_READ = 5_000
USER_READ = 10_000
NEARLY = 0.8


def month_of(now: datetime) -> str:
    """The month that spending at ``now`` counts for: ``2026-11``."""
    return f"{now:%Y-%m}"


@dataclass(frozen=True, slots=True)
class Budget:
    """The limit of a month and what is spent of it, both in millionths of a US dollar."""

    limit: int
    spent: int

    def page_size(self, feed: Feed) -> int | None:
        """How many posts a page may hold within the limit, each with one post it refers to; None: not even a few."""
        size = min(LARGEST_PAGE, (self.limit - self.spent) // (2 * POST_READ))
        return size if size >= feed.smallest_page else None

    def affords_user(self) -> bool:
        """Whether a handle can be looked up within the limit."""
        return self.limit - self.spent >= USER_READ

    @property
    def is_nearly_spent(self) -> bool:
        """More than 80 % is gone: staff are told before listening stops."""
        return self.spent >= NEARLY * self.limit

    def __str__(self) -> str:
        return f"${self.spent / 1e6:.2f} of ${self.limit / 1e6:.2f} this month"
