"""Fetches a stretch of a feed of X that was missed, within an amount of money."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from earshot.mentions.budget import POST_READ_PRICE, USER_READ_PRICE
from earshot.mentions.checkpoint import MIN_END_AGE
from earshot.mentions.feeds import MAX_PAGE_SIZE, Feed, PageRequest, Source
from earshot.mentions.fetch_run import SAFE_MAX_AGE
from earshot.mentions.mention import Mention
from earshot.mentions.source_state import SourceError, SourceStatus
from earshot.mentions.sources.backfill import Backfilled
from earshot.mentions.sources.contract import RejectedPost


def oldest_of(feed: Feed, now: datetime) -> datetime | None:
    """Since when X serves a feed; None where only the number of posts is limited. Mentions are searched for."""
    return now - SAFE_MAX_AGE if feed.max_age is not None else None


def read_stretch(
    source: Source,
    feed: Feed,
    start: datetime,
    end: datetime,
    limit: int,
    book: Callable[[int], None],
    now: datetime,
) -> Backfilled:
    """Read from ``end`` back to ``start``, as far as ``limit`` (millionths of a US dollar) reaches.

    ``book`` books what was spent, at once. Mentions of the last 7 days are searched for, older ones are read from the
    timeline as far as X serves it. SourceError where X refuses.
    """
    is_young = start >= now - SAFE_MAX_AGE
    asked = feed.fallback if is_young and feed.fallback is not None else feed
    cost, user_id = 0, None
    if asked.needs_user_id:
        user_id = source.user_id(feed.name)
        cost += USER_READ_PRICE
        book(USER_READ_PRICE)
    mentions: dict[str, Mention] = {}
    rejected: dict[str, RejectedPost] = {}
    billed: set[str] = set()
    request = PageRequest(start, end if end <= now - MIN_END_AGE else None)
    while True:
        size = min(MAX_PAGE_SIZE, (limit - cost) // (2 * POST_READ_PRICE))
        if size < asked.min_page_size:
            read_from = _oldest(mentions, end)
            return Backfilled(tuple(mentions.values()), tuple(rejected.values()), cost, read_from, False)
        page = source.read(asked, replace(request, size=size), user_id)
        price = POST_READ_PRICE * sum(reads for key, reads in page.reads.items() if key not in billed)
        billed |= page.reads.keys()
        cost += price
        book(price)
        mentions |= {one.key_of(one.version_id): one for one in (*page.mentions, *page.originals)}
        rejected |= {one.key: one for one in page.rejected}
        if page.next_token is None:
            # A timeline does not say whether there were more posts than it serves: what is older than the last is not.
            read_from = start if asked.max_posts is None else _oldest(mentions, end)
            return Backfilled(tuple(mentions.values()), tuple(rejected.values()), cost, read_from, True)
        if page.next_token == request.token:
            raise SourceError(SourceStatus.UNAVAILABLE, "X returned the same page twice. Try it again later.")
        request = replace(request, token=page.next_token, vocabulary=page.vocabulary)


def _oldest(mentions: Mapping[str, Mention], end: datetime) -> datetime:
    return min((one.created_at for one in mentions.values()), default=end)
