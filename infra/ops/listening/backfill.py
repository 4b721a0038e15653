"""Fetching what a deployed stack has missed, as far as it can still be had."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from earshot.bootstrap import Bootstrap
from earshot.errors import SourcesError
from earshot.mentions.budget import MILLION, POST_READ_PRICE, day_of, month_of
from earshot.mentions.feeds import Feed
from earshot.mentions.source_state import SourceError
from earshot.mentions.sources.backfill import Backfilled, Estimate, check_stretch, estimate, name_of, store
from earshot.mentions.sources.rss.address import is_public, is_public_or_loopback
from earshot.mentions.sources.rss.checkpoint import FeedCheckpoint
from earshot.mentions.sources.rss.client import FeedClient
from earshot.mentions.sources.rss.reader import BASELINE_WINDOW, FeedReader
from earshot.mentions.sources.rss.subscription import Subscription
from earshot.mentions.sources.social.accounts import Stream, StreamKind
from earshot.mentions.sources.timeline_backfill import read_stretch as read_timeline
from earshot.mentions.sources.x.backfill import oldest_of, read_stretch
from earshot.plain_text import one_line
from earshot.runtime import Clock, utc_now
from infra.aws_session import AwsSession
from infra.ops.aws_errors import explained
from infra.ops.bootstrap import wire_as
from infra.ops.stack import Stack

_X_ROLE = (
    "Your credentials need what the role of the fetch function has: secretsmanager:GetSecretValue on XSecret (of other "
    "networks also PutSecretValue, on SocialSecret), sqs:SendMessage on the mention queue, dynamodb:GetItem, "
    "BatchGetItem and UpdateItem on the source table, and lambda:GetFunctionConfiguration."
)
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be fetched of a stretch, and what that may cost; ``left`` of the month's budget, in US dollars."""

    source: str
    start: datetime
    end: datetime
    estimate: Estimate
    left: float | None


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a backfill queued and cost (US dollars). ``left`` is the end of what is not fetched, or None.

    ``problem`` says why that is so where it is not for want of money, or why not all can be had.
    """

    queued: int
    cost: float
    left: datetime | None
    problem: str | None = None


class DeployedBackfill:
    """Backfills of one stack, with the settings of its fetchers. EarshotError where AWS or the network refuses."""

    def __init__(self, session: AwsSession, stack: Stack, *, local: bool = False, clock: Clock = utc_now) -> None:
        self._session, self._stack, self._clock = session, stack, clock
        with explained("The settings of the fetchers cannot be read", _X_ROLE):
            self._wired = wire_as("FetchFunction", session, stack, clock)
        self._client = FeedClient(clock, is_public_or_loopback if local else is_public)

    @cached_property
    def _social(self) -> Bootstrap:
        """The networks beside X, with the settings of their fetcher."""
        return wire_as("SocialFetchFunction", self._session, self._stack, self._clock)

    def offer(self, name: str, start: datetime, end: datetime, now: datetime) -> Offer:
        """What can be fetched. SourcesError where there is no such source, or nothing can be had any more."""
        source = self._source(name)
        with explained("The ledger cannot be read", _X_ROLE):
            kept = self._wired.ledger_table.read([source.key], now - _WEEK, now)[source.key]
            if isinstance(source, Subscription | Stream):
                first = check_stretch(start, end, None, now)
                return Offer(source.key, first, end, estimate(kept, first, end, 0), None)
            first = check_stretch(start, end, oldest_of(source, now), now)
            spent = self._wired.source_table.spent("x", month_of(now)) / MILLION
            left = self._wired.settings.x_monthly_spend_limit - spent
        return Offer(source.key, first, end, estimate(kept, first, end, POST_READ_PRICE), left)

    def fetch(self, offer: Offer, limit: float, now: datetime) -> Fetched:
        """Fetch what was offered as history, for ``limit`` US dollars at most. SourceError: the network refuses."""
        source, ledger = self._source(offer.source), self._wired.ledger_table
        with explained("What was missed cannot be fetched", _X_ROLE):
            before = ledger.backfilled(source.key, now, name_of(offer.start, offer.end))
            # X bills no post twice on one day (UTC).
            paid = 0 if before is None else before.entry.cost
            if isinstance(source, Subscription):
                part = self._read_feed(source, offer, now)
            elif isinstance(source, Stream):
                part = read_timeline(self._social.social_networks(source), source, offer.start, offer.end)
            else:
                part = self._read_x(source, offer, round(limit * MILLION) + paid, now, paid)
            done = store(source.key, part, offer.start, offer.end, self._wired.mention_queue, ledger, now, before)
            for rejected in part.rejected:
                self._wired.dead_letter_queue.dead_letter(rejected.body, rejected.reason, "MentionError")
        cost = max(0, part.cost - paid) / MILLION
        return Fetched(done.delivered, cost, None if part.is_done else part.read_from, part.problem)

    def _read_x(self, feed: Feed, offer: Offer, limit: int, now: datetime, paid: int) -> Backfilled:
        """Read a feed of X, of which ``paid`` is booked already. Its account is looked up where that is needed, which
        is booked too.
        """
        table = self._wired.source_table

        def book(millionths: int) -> None:
            nonlocal paid
            known = min(paid, millionths)
            paid, millionths = paid - known, millionths - known
            if millionths:
                table.spend("x", month_of(now), millionths)
                table.spend("x", day_of(now), millionths)

        return read_stretch(self._wired.new_x_source(), feed, offer.start, offer.end, limit, book, now)

    def _read_feed(self, feed: Subscription, offer: Offer, now: datetime) -> Backfilled:
        """A feed lists what it lists: all of it is read, and what was written before is not to be had."""
        reader = FeedReader(self._client, lambda: True)
        # As a feed that began so long ago that what is wanted is within its first reading.
        brought = reader.read(feed, FeedCheckpoint(first_read_at=offer.start + BASELINE_WINDOW), None, now)
        if not brought.state.status.is_success:
            raise SourceError(brought.state.status, brought.state.message)
        oldest = min((one.created_at for one in brought.mentions), default=offer.end)
        return Backfilled(brought.mentions, brought.rejected, 0, max(offer.start, oldest), True)

    def _source(self, name: str) -> Feed | Subscription | Stream:
        with explained("The sources cannot be read", _X_ROLE):
            listened = {source.key: source for source in self._wired.sources}
        found = listened.get(name) or next(
            (one for key, one in listened.items() if key.partition("#")[2] == name), None
        )
        if isinstance(found, Stream) and found.kind is StreamKind.THREADS:
            raise SourcesError(
                f"{one_line(name)!r} cannot be filled: only the fetcher knows which threads there were. It reads "
                "the last hour again by itself."
            )
        if not isinstance(found, Feed | Subscription | Stream):
            known = ", ".join(one_line(key) for key in listened)
            raise SourcesError(f"{one_line(name)!r} is no source that is listened to. There are {known}.")
        return found


def offer_lines(offer: Offer) -> list[str]:
    """What a backfill would do and cost, in words."""
    posts, cost = offer.estimate.posts, offer.estimate.cost
    stretch = f"{offer.start:%Y-%m-%d %H:%M} to {offer.end:%Y-%m-%d %H:%M} UTC"
    lines = [f"{one_line(offer.source)}, {stretch}"]
    if not offer.estimate.post_price:
        lines.append("It costs nothing. What is not listed there any more cannot be had.")
    elif posts is None or cost is None:
        lines.append("How much there is cannot be said: the ledger knows no hour of this source.")
    else:
        lines.append(f"About {posts} posts, ${cost / 1e6:.2f}: by what it brought an hour in the last seven days.")
    if offer.left is not None:
        lines.append(f"Of the month's budget for X ${max(offer.left, 0):.2f} are left.")
    lines.append("It is stored as history and alerts nobody.")
    return lines
