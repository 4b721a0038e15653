"""How often a stream is read, and how far back each time for what came late: by what its network allows and does."""

import zlib
from datetime import datetime, timedelta

from earshot.mentions.sources.social.accounts import Stream

# What is posted elsewhere is found late: indexes lag behind, and servers tell each other when they come to it.
_OVERLAP, _OVERLAP_OF_SEARCHES = timedelta(minutes=10), timedelta(hours=1)
# Comments that wait for moderation come late, with the time at which they were written.
_OVERLAP_BY_NETWORK = {"youtube": timedelta(days=1), "facebook": timedelta(days=1)}
# While little happens a stream takes three calls at most. Reddit allows an app 100 calls a minute; YouTube a key 10,000
# units a day, of which each call is one.
_STREAMS_A_MINUTE = {"reddit": 30, "youtube": 2}
# What is not read for a quarter of an hour counts as silent.
_SELDOM = 10


def overlap_of(stream: Stream) -> timedelta:
    """How far before its newest known post a stream is read again."""
    if stream.account.network in _OVERLAP_BY_NETWORK:
        return _OVERLAP_BY_NETWORK[stream.account.network]
    return _OVERLAP_OF_SEARCHES if stream.is_found else _OVERLAP


def is_due(stream: Stream, now: datetime) -> bool:
    """Whether a stream is read in the minute of ``now``: each minute, or in turn where there are many on a network."""
    at_once = _STREAMS_A_MINUTE.get(stream.account.network)
    every = 1 if at_once is None else min(-(-stream.siblings // at_once), _SELDOM)
    return (int(now.timestamp() // 60) + zlib.crc32(stream.key.encode())) % every == 0
