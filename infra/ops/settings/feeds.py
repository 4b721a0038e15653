"""The feeds that a deployed stack listens to: finding one, what it would have brought, adding and removing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from earshot.errors import SourcesError
from earshot.mentions.brands.brands import Brands
from earshot.mentions.mention import Mention
from earshot.mentions.sources.contract import Delivery
from earshot.mentions.sources.rss.address import is_public, is_public_or_loopback
from earshot.mentions.sources.rss.checkpoint import FeedCheckpoint
from earshot.mentions.sources.rss.client import FeedClient
from earshot.mentions.sources.rss.discovery import Found, find_feed
from earshot.mentions.sources.rss.reader import NOT_ABOUT, TOO_OLD, FeedReader
from earshot.mentions.sources.rss.subscription import (
    About,
    Subscription,
    parse_subscriptions,
    subscriptions_as_toml,
    words_for,
)
from earshot.reports.health import SourceHealth, source_health
from earshot.runtime import Clock, utc_now
from infra.aws_session import AwsSession
from infra.ops.aws_errors import explained
from infra.ops.bootstrap import SOURCE_TABLE, wire
from infra.ops.settings.brands import DeployedBrands
from infra.ops.stack import Stack
from infra.terminal import COLUMNS, fitted

_MOST_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Wanted:
    """What staff say of a feed: for which brand it is, what names that, and how many people read it."""

    brand: str | None = None
    words: tuple[str, ...] = ()
    everything: bool = False
    reach: int | None = None
    own_names: tuple[str, ...] = ()


class DeployedFeeds:
    """The feeds of one stack. ``local``: feeds on this machine may be read. EarshotError where AWS refuses."""

    def __init__(self, session: AwsSession, stack: Stack, *, local: bool = False, clock: Clock = utc_now) -> None:
        self._wired = wire(session, stack, SOURCE_TABLE)
        self._brands = DeployedBrands(session, stack)
        self._client = FeedClient(clock, is_public_or_loopback if local else is_public)
        self._name = stack.output(SOURCE_TABLE)

    def read(self) -> str:
        """The text as it was put, empty where none ever was."""
        with explained(
            f"The feeds in table {self._name} cannot be read", "Your credentials need dynamodb:GetItem on it."
        ):
            return self._wired.feeds_table.read()

    def put(self, text: str, now: datetime) -> None:
        """Replace the text by one that was parsed."""
        with explained(
            f"The feeds in table {self._name} cannot be put", "Your credentials need dynamodb:PutItem on it."
        ):
            self._wired.feeds_table.write(text, now)

    def _explained(self, done: str, permission: str) -> AbstractContextManager[None]:
        return explained(
            f"The feeds in table {self._name} cannot be {done}", f"Your credentials need {permission} on it."
        )

    def current(self) -> tuple[Subscription, ...]:
        """The feeds that are listened to. SourcesError where what is stored cannot be used."""
        return parse_subscriptions(self.read())

    def find(self, url: str) -> Found:
        """The feed at an address, or of the page there. SourceError says what is wrong."""
        return find_feed(url if "://" in url else f"https://{url}", self._client)

    def subscription(self, found: Found, wanted: Wanted) -> Subscription:
        """The feed as it would be stored. SourcesError where it is not clear for which brand it is."""
        brand, words = brand_and_words(self._brands.current(), wanted.brand)
        return Subscription(
            url=found.document.url,
            brand=brand,
            about=About.EVERYTHING if wanted.everything else About.NAMED,
            words=wanted.words or words,
            reach=wanted.reach,
            own_names=wanted.own_names,
            name=found.document.title,
        )

    def preview(self, feed: Subscription, now: datetime) -> Delivery[FeedCheckpoint]:
        """What a first reading would bring: the last week of it. Nothing is stored."""
        return FeedReader(self._client, lambda: True).read(feed, FeedCheckpoint(), None, now)

    def add(self, feed: Subscription, now: datetime) -> bool:
        """Listen to a feed; returns whether it replaced what was said of it before."""
        before = self.current()
        others = [one for one in before if one.url != feed.url]
        text = subscriptions_as_toml([*others, feed])
        parse_subscriptions(text, "the feeds with this one")
        self.put(text, now)
        return len(others) < len(before)

    def remove(self, url: str, now: datetime) -> Subscription:
        """Listen to a feed no more; its checkpoint is kept. SourcesError where it is none of them."""
        before = self.current()
        gone = next((one for one in before if url in (one.url, one.name)), None)
        if gone is None:
            raise SourcesError(f"{url!r} is no feed that is listened to. `earshot sources list` shows them.")
        self.put(subscriptions_as_toml([one for one in before if one != gone]), now)
        return gone

    def health(self, now: datetime) -> tuple[tuple[Subscription, SourceHealth], ...]:
        """Each feed with its state."""
        feeds = self.current()
        with explained("The states of the feeds cannot be read", "Your credentials need dynamodb:BatchGetItem."):
            return tuple(zip(feeds, source_health(feeds, self._wired.source_table, now), strict=True))


def brand_and_words(brands: Brands, wanted: str | None) -> tuple[str, tuple[str, ...]]:
    """The brand that is wanted, None: the only one; and what names it. SourcesError where it is not clear which."""
    names = {name.lower(): name for name in brands.names}
    if wanted is None and len(names) > 1:
        raise SourcesError(f"Say for which brand it is: --brand {brands.names[0]}.")
    asked = (wanted or brands.names[0]).lstrip("@")
    if asked.lower() not in names:
        raise SourcesError(f"{asked!r} is no brand of this stack. It listens for {', '.join(brands.names)}.")
    brand, accounts = names[asked.lower()], brands.accounts
    handles = [one for one in brands.handles if accounts.brands.get(one.lower(), one) == brand]
    terms = [term for term, of in accounts.terms.items() if (of or brands.names[0]) == brand]
    return brand, words_for(handles, terms)


def preview_lines(feed: Subscription, brought: Delivery[FeedCheckpoint]) -> Iterator[str]:
    """What would have been heard in the last week, in words."""
    posts = sorted(brought.mentions, key=lambda one: one.created_at, reverse=True)
    about = "all of it" if feed.about is About.EVERYTHING else f"what names {', '.join(feed.words)}"
    yield fitted(f"{feed.name or feed.url} for {feed.brand}: {about}", COLUMNS)
    yield f"Of {brought.posts_read} items it would have heard {len(posts)} of the last week:"
    yield from map(_line, posts[:_MOST_SHOWN])
    if len(posts) > _MOST_SHOWN:
        yield f"  and {len(posts) - _MOST_SHOWN} more"
    skipped = [f"{brought.not_kept[why]} {words}" for why, words in _SKIPPED if brought.not_kept.get(why)]
    if skipped:
        yield f"Left out: {', '.join(skipped)}."
    yield from (fitted(f"Note: {note}", COLUMNS) for note in brought.state.notes)


def list_lines(listed: Sequence[tuple[Subscription, SourceHealth]]) -> Iterator[str]:
    """Each feed with its state, and what helps where it is not heard."""
    for feed, health in listed:
        reach = "" if feed.reach is None else f", read by {feed.reach:,}"
        yield fitted(f"{feed.url} ({feed.name})" if feed.name else feed.url, COLUMNS)
        yield "  " + fitted(f"for {feed.brand}, {feed.about}{reach}: {health.status}. {health.message}", COLUMNS - 2)
        if health.what_to_do:
            yield "  " + fitted(health.what_to_do, COLUMNS - 2)


_SKIPPED = ((NOT_ABOUT, "not about the brand"), (TOO_OLD, "older"))


def _line(mention: Mention) -> str:
    who = "the brand" if mention.own else mention.author.label
    return "  " + fitted(f"{mention.created_at:%Y-%m-%d %H:%M} {who}: {mention.text}", COLUMNS - 2)
