"""What X counts beside what a deployed stack heard: a measure of how complete its listening is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from earshot.errors import SourcesError
from earshot.mentions.budget import MILLION, POST_READ_PRICE, day_of, month_of
from earshot.mentions.feeds import Feed, FeedKind
from earshot.plain_text import one_line
from earshot.reports.health import health_of
from earshot.reports.listening.coverage import gather_coverage
from earshot.runtime import Clock, utc_now
from infra.aws_session import AwsSession
from infra.ops.aws_errors import explained
from infra.ops.bootstrap import wire_as
from infra.ops.stack import Stack

_NEEDS = (
    "Your credentials need lambda:GetFunctionConfiguration on FetchFunction and ApiFunction, "
    "secretsmanager:GetSecretValue on XSecret, and dynamodb:GetItem, BatchGetItem and UpdateItem on the source table."
)
# X counts the last 7 days; an hour of them is left out, for its clock may differ.
_COUNTED = timedelta(days=7, hours=-1)
# What X indexes late is still being read.
_SETTLED = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Counted:
    """What X counts of a source in a stretch, and what was delivered in it."""

    source: str
    counted: int
    delivered: int

    @property
    def line(self) -> str:
        """The same in words."""
        share = f" ({self.delivered / self.counted:.1%})" if self.counted else ""
        return f"{one_line(self.source)}: X counts {self.counted}, {self.delivered} were delivered{share}"


def counted_time(first: datetime, end: datetime, now: datetime) -> tuple[datetime, datetime]:
    """What of a time X can count: full hours of the last 7 days, but for the latest. SourcesError: nothing of it."""
    until = min(end, now - _SETTLED).replace(minute=0, second=0, microsecond=0)
    start = max(first, now - _COUNTED)
    start = start.replace(minute=0, second=0, microsecond=0) + timedelta(hours=start.minute > 0 or start.second > 0)
    if start >= until:
        raise SourcesError(
            f"X counts full hours of the last 7 days, until an hour ago: none is between {first:%Y-%m-%d %H:%M} and "
            f"{end:%Y-%m-%d %H:%M} UTC. Ask for later days (--to)."
        )
    return start, until


class DeployedCounts:
    """Counts of one stack. EarshotError where AWS or X refuses."""

    def __init__(self, session: AwsSession, stack: Stack, clock: Clock = utc_now) -> None:
        with explained("The settings of the fetcher cannot be read", _NEEDS):
            self._wired = wire_as("FetchFunction", session, stack, clock)
            self._reading = wire_as("ApiFunction", session, stack, clock)

    def feeds(self) -> Sequence[Feed]:
        """What X can count: mentions and searches. Of the brand's own posts it has no count."""
        with explained("The brands cannot be read", _NEEDS):
            return [feed for feed in self._wired.feeds if feed.kind is not FeedKind.OWN]

    def price(self) -> float:
        """What asking costs at most, in US dollars: X does not say what a count costs, so each is taken for a post."""
        return len(self.feeds()) * POST_READ_PRICE / MILLION

    def compare(self, first: datetime, end: datetime, now: datetime) -> tuple[datetime, datetime, list[Counted]]:
        """From when to when it was counted (full hours, at most 7 days back), and each source.

        Each count is booked before it is asked for. SourceError: X refuses.
        """
        start, end = counted_time(first, end, now)
        source, table, found = self._wired.new_x_source(), self._wired.source_table, list[Counted]()
        with explained("What was heard cannot be counted", _NEEDS):
            known = health_of(self._reading.sources, {}, self._reading.source_table, self._reading.sms_budget, now)
            heard = gather_coverage(known.sources, self._reading.ledger_table, start, end, now)
            delivered = {one.source: one.entry.news for one in heard}
            for feed in self.feeds():
                for period in (month_of(now), day_of(now)):
                    table.spend("x", period, POST_READ_PRICE)
                found.append(Counted(feed.key, source.count(feed, start, end), delivered.get(feed.key, 0)))
        return start, end, found
