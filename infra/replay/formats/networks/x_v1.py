"""Tweets of Twitter's API v1.1 and streams, as twarc and Tweepy 3 saved them, and of the archive of an account."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from infra.replay.formats.record import Format, FoundPost, NotAPostError, Values, first, table, total

OWNER = "archive-owner"
"""Who wrote the posts of an archive, where nothing says it: its tweets have no author."""

_NOTICES = frozenset({"delete", "limit", "scrub_geo", "status_withheld", "user_withheld", "disconnect", "warning"})
_DATA = re.compile(r"\s*window\.YTD\.\w+\.part\d+\s*=\s*")


def owner_of_archive(tweets: Path) -> dict[str, Any] | None:
    """The account that an archive belongs to, from ``account.js`` beside ``tweets.js``; None where it is not there."""
    try:
        text = (tweets.parent / "account.js").read_text("utf-8")
        account = table(json.loads(_DATA.sub("", text, count=1))[0], "account")
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None
    if not account.get("accountId"):
        return None
    return {
        "author_id": account["accountId"],
        "author_handle": account.get("username"),
        "author_name": account.get("accountDisplayName"),
    }


def _tweet(values: Values) -> Values:
    return table(values, "tweet") or values


def _recognises(values: Values) -> bool:
    if len(values) == 1 and not _NOTICES.isdisjoint(values):
        return True
    tweet = _tweet(values)
    if "id_str" in tweet and ("text" in tweet or "full_text" in tweet):
        return True
    return "screen_name" in table(tweet, "user") and "id" in tweet


def _posts(values: Values) -> Iterator[FoundPost]:
    notice = next(iter(_NOTICES & values.keys()), None)
    if notice is not None and len(values) == 1:
        raise NotAPostError(notice)
    yield from _with_original(_tweet(values), embedded=False)


def _with_original(tweet: Values, *, embedded: bool) -> Iterator[FoundPost]:
    original, quoted = table(tweet, "retweeted_status"), table(tweet, "quoted_status")
    if original:
        yield from _with_original(original, embedded=True)
    user = table(tweet, "user")
    yield FoundPost(
        {
            "id": first(tweet, "id_str", "id"),
            "created_at": tweet.get("created_at"),
            "author_id": first(user, "id_str", "id") or OWNER,
            "author_handle": user.get("screen_name"),
            "author_name": user.get("name"),
            "followers": user.get("followers_count"),
            "verified": str(bool(user.get("verified"))),
            "text": _text(original or tweet),
            "lang": None if tweet.get("lang") == "und" else tweet.get("lang"),
            "in_reply_to_id": first(tweet, "in_reply_to_status_id_str", "in_reply_to_status_id"),
            "in_reply_to_user_id": first(tweet, "in_reply_to_user_id_str", "in_reply_to_user_id"),
            "reposted_id": first(original, "id_str", "id"),
            "quoted_id": None if original else first(tweet, "quoted_status_id_str", "quoted_status_id"),
            "quoted_handle": None if original else table(quoted, "user").get("screen_name"),
            "reposts": total(_count(tweet, "retweet_count"), _count(tweet, "quote_count")),
        },
        embedded,
    )


def _text(tweet: Values) -> Any:
    """The whole of a text, which has &, < and > escaped. A stream puts what is longer than 140 letters elsewhere."""
    text = first(table(tweet, "extended_tweet"), "full_text") or first(tweet, "full_text", "text")
    if not isinstance(text, str):
        return text
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _count(tweet: Values, name: str) -> int | None:
    value = tweet.get(name)
    return int(value) if isinstance(value, int | str) and str(value).isdigit() else None


X_V1 = Format("tweets of Twitter's API v1.1, or of its archive", _recognises, _posts)
