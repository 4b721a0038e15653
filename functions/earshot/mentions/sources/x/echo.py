"""A known post must be heard: what the brand writes is in its own feed, and in each search that it matches.

It costs nothing: these posts are read anyway. A source that does not bring one within half an hour is suspected, though
X says that all is well.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta

from earshot.mentions.feeds import Feed, FeedKind
from earshot.mentions.mention import Mention

HEARD_WITHIN = timedelta(minutes=30)
FORGOTTEN_AFTER = timedelta(hours=24)
MAX_AWAITED = 20


def must_bring(feed: Feed, post: Mention) -> bool:
    """Whether a feed must bring a post of the brand. Keyword search has no reposts, and ``quotes:`` no such words."""
    if post.is_repost:
        return False
    match feed.kind:
        case FeedKind.OWN:
            return False
        case FeedKind.MENTIONS:
            name = feed.name.lower()
            return name in {handle.lower() for handle in post.handles} and (post.author.handle or "").lower() != name
        case FeedKind.SEARCH:
            words = r"\s+".join(map(re.escape, feed.name.replace('"', " ").split()))
            return re.search(rf"(?<!\w){words}(?!\w)", post.text, re.IGNORECASE) is not None


def awaited_after(
    feed: Feed,
    before: Mapping[str, int],
    own: Iterable[Mention],
    heard: Collection[str],
    since: datetime,
    now: datetime,
) -> dict[str, int]:
    """Which posts of the brand a feed has yet to bring, each with its time in epoch seconds.

    ``own`` are what its own feeds had, ``heard`` what the feed had; what is older than ``since`` it may have forgotten.
    """
    new = {one.id: int(one.created_at.timestamp()) for one in own if one.created_at >= since and must_bring(feed, one)}
    oldest = (now - FORGOTTEN_AFTER).timestamp()
    left = [(at, key) for key, at in {**before, **new}.items() if key not in heard and at >= oldest]
    return {key: at for at, key in sorted(left)[-MAX_AWAITED:]}


def unheard_since(awaited: Mapping[str, int], now: datetime) -> datetime | None:
    """When the oldest post was written that should have been heard by now; None where there is none."""
    overdue = [at for at in awaited.values() if now.timestamp() - at >= HEARD_WITHIN.total_seconds()]
    return datetime.fromtimestamp(min(overdue), UTC) if overdue else None
