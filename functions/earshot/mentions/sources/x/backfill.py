"""Fetches a stretch of a feed of X that was missed, within an amount of money."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from earshot.mentions.budget import POST_READ_PRICE, USER_READ_PRICE
from earshot.mentions.checkpoint import MIN_END_AGE
from earshot.mentions.feeds import MAX_PAGE_SIZE, Feed, PageRequest, Source
from earshot.mentions.fetch_run import SAFE_MAX_AGE
from earshot.mentions.mention import Mention
from earshot.mentions.source_state import SourceError
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
    timeline as far as X serves it. SourceError where X refuses from the start.
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
    # Reposts come with their originals, which are older than what is read: those say nothing of how far that is.
    read_from = end
    request = PageRequest(start, end if end <= now - MIN_END_AGE else None)
    while True:
        size = min(MAX_PAGE_SIZE, (limit - cost) // (2 * POST_READ_PRICE))
        if size < asked.min_page_size:
            return Backfilled(tuple(mentions.values()), tuple(rejected.values()), cost, read_from, False)
        try:
            page = source.read(asked, replace(request, size=size), user_id)
        except SourceError as error:
            if not billed:
                raise
            # What was paid for is kept.
            return Backfilled(tuple(mentions.values()), tuple(rejected.values()), cost, read_from, False, str(error))
        price = POST_READ_PRICE * sum(reads for key, reads in page.reads.items() if key not in billed)
        billed |= page.reads.keys()
        cost += price
        book(price)
        mentions |= {one.key_of(one.version_id): one for one in (*page.mentions, *page.originals)}
        rejected |= {one.key: one for one in page.rejected}
        read_from = min([read_from, *(one.created_at for one in page.mentions)])
        if page.next_token is None:
            # A timeline does not say whether there were more posts than it serves: what is older than the last is not.
            read_from = start if asked.max_posts is None else read_from
            return Backfilled(tuple(mentions.values()), tuple(rejected.values()), cost, read_from, True)
        if page.next_token == request.token:
            problem = "X returned the same page twice."
            return Backfilled(tuple(mentions.values()), tuple(rejected.values()), cost, read_from, False, problem)
        request = replace(request, token=page.next_token, vocabulary=page.vocabulary)
