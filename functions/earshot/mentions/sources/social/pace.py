"""How often a stream is read, and how far back each time for what came late: by what its network allows and does."""

import zlib
from datetime import datetime, timedelta

from earshot.mentions.sources.social.accounts import Stream

# What is posted elsewhere is found late: indexes lag behind, and servers tell each other when they come to it.
_OVERLAP, _OVERLAP_OF_SEARCHES = timedelta(minutes=10), timedelta(hours=1)
# Reddit allows an app 100 calls a minute, and a stream takes three at most while little happens.
_STREAMS_A_MINUTE = {"reddit": 30}


def overlap_of(stream: Stream) -> timedelta:
    """How far before its newest known post a stream is read again."""
    return _OVERLAP_OF_SEARCHES if stream.is_found else _OVERLAP


def is_due(stream: Stream, now: datetime) -> bool:
    """Whether a stream is read in the minute of ``now``: each minute, or in turn where there are many on a network."""
    at_once = _STREAMS_A_MINUTE.get(stream.account.network)
    every = 1 if at_once is None else -(-stream.siblings // at_once)
    return (int(now.timestamp() // 60) + zlib.crc32(stream.key.encode())) % every == 0
