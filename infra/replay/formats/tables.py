"""Tables that others publish, whose columns have other names; and what to rename in those that nobody here knows."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from infra.replay.formats.record import Format, FoundPost, Values
from infra.replay.rows import RowError

_STATUS = re.compile(r"(?:twitter|x)\.com/([A-Za-z0-9_]{1,15})/status(?:es)?/(\d+)", re.IGNORECASE)

# Names by which people and programs know Earshot's columns, in lower case; the likelier ones first.
ALIASES: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "id_str", "tweet_id", "tweet id", "tweetid", "status_id", "post_id", "post id", "message id", "uri",
           "network id", "resource id", "universal message id", "url", "permalink", "link"),
    "created_at": ("created_at", "tweet_created", "datetime", "date", "timestamp", "time", "created", "created at",
                   "createdat", "date (utc)", "created time", "published", "date created", "tweet date", "time (utc)"),
    "author_id": ("author_id", "user_id", "userid", "user id", "from_user_id", "author id", "sender profile id",
                  "user_id_str", "user", "username", "screen_name", "user_name", "author", "name", "twitter id",
                  "twitter screen name", "sender screen name", "user_screen_name"),
    "text": ("text", "tweet", "full_text", "content", "body", "message", "full text", "tweet text", "rawcontent",
             "tweet_text", "hit sentence", "snippet", "opening text", "tweets", "post", "comment", "review"),
}  # fmt: skip


def suggested(missing: Collection[str], present: Collection[str]) -> str:
    """Which of the present columns the missing ones may be: ``'Tweet Id' is id``, or nothing."""
    here = {name.lower(): name for name in present}
    pairs = [
        f"'{here[alias][:40]}' is {column}"
        for column in missing
        if (alias := next((one for one in ALIASES.get(column, ()) if one in here), None)) is not None
    ]
    return f"It looks as if {', '.join(pairs)}. " if pairs else ""


def _table(
    name: str,
    marks: Collection[str],
    renamed: Mapping[str, str],
    also: Callable[[Values], dict[str, Any]] = lambda _: {},
) -> Format:
    """A table with the columns ``marks``, where ``renamed`` gives their name of Earshot's columns."""
    wanted = frozenset(marks)

    def posts(values: Values) -> Iterator[FoundPost]:
        yield FoundPost({column: values.get(theirs) for column, theirs in renamed.items()} | also(values))

    return Format(name, lambda values: wanted <= values.keys(), posts)


def _writer_in_link(values: Values) -> dict[str, Any]:
    """Who wrote a scraped tweet: the table has the user as an object, and the address as text."""
    found = _STATUS.search(str(values.get("url", "")))
    if found is None:
        raise RowError("Column 'url' is no address of a post.", "Export it with its url, which says who wrote it.")
    return {"author_id": found[1], "author_handle": found[1]}


def _source_tweet(values: Values) -> dict[str, Any]:
    column = {"replied_to": "in_reply_to_id", "retweeted": "reposted_id", "quoted": "quoted_id"}
    kind = str(values.get("sourcetweet_type", ""))
    return {column[kind]: values.get("sourcetweet_id")} if kind in column else {}


def _of_twarc_1(values: Values) -> dict[str, Any]:
    column = {"retweet": "reposted_id", "quote": "quoted_id"}
    kind = str(values.get("tweet_type", ""))
    return {column[kind]: values.get("retweet_or_quote_id")} if kind in column else {}


TABLES: tuple[Format, ...] = (
    _table(
        "the table of customer support on Twitter (TWCS)",
        ("tweet_id", "author_id", "inbound", "in_response_to_tweet_id"),
        {
            "id": "tweet_id",
            "created_at": "created_at",
            "author_id": "author_id",
            "text": "text",
            "in_reply_to_id": "in_response_to_tweet_id",
        },
    ),
    _table(
        "the table of airlines on Twitter",
        ("tweet_id", "airline_sentiment", "tweet_created", "name"),
        {
            "id": "tweet_id",
            "created_at": "tweet_created",
            "author_id": "name",
            "author_handle": "name",
            "text": "text",
            "reposts": "retweet_count",
            "label": "airline_sentiment",
        },
    ),
    _table(
        "the tidy table of academictwitteR",
        ("tweet_id", "user_username", "sourcetweet_type", "sourcetweet_id"),
        {
            "id": "tweet_id",
            "created_at": "created_at",
            "author_id": "author_id",
            "author_handle": "user_username",
            "author_name": "user_name",
            "followers": "user_followers_count",
            "verified": "user_verified",
            "text": "text",
            "lang": "lang",
            "conversation_id": "conversation_id",
            "in_reply_to_user_id": "in_reply_to_user_id",
            "reposts": "retweet_count",
        },
        _source_tweet,
    ),
    _table(
        "a table that twarc's json2csv made",
        ("id", "tweet_type", "parsed_created_at", "user_screen_name"),
        {
            "id": "id",
            "created_at": "created_at",
            "author_id": "user_id",
            "author_handle": "user_screen_name",
            "author_name": "user_name",
            "followers": "user_followers_count",
            "verified": "user_verified",
            "text": "text",
            "lang": "lang",
            "in_reply_to_id": "in_reply_to_status_id",
            "in_reply_to_user_id": "in_reply_to_user_id",
            "reposts": "retweet_count",
        },
        _of_twarc_1,
    ),
    _table(
        "a table of scraped tweets",
        ("datetime", "tweet id", "text", "username"),
        {
            "id": "tweet id",
            "created_at": "datetime",
            "author_id": "username",
            "author_handle": "username",
            "text": "text",
        },
    ),
    _table(
        "a table of tweets as snscrape saves them",
        ("id", "date", "rawcontent", "url"),
        {
            "id": "id",
            "created_at": "date",
            "text": "rawcontent",
            "lang": "lang",
            "conversation_id": "conversationid",
            "in_reply_to_id": "inreplytotweetid",
            "reposts": "retweetcount",
        },
        _writer_in_link,
    ),
)
