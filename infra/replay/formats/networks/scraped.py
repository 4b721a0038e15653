"""Tweets as snscrape and twscrape write them, a JSON object each."""

from collections.abc import Iterator

from infra.replay.formats.record import Format, FoundPost, Values, first, table, total


def _recognises(values: Values) -> bool:
    user = table(values, "user")
    is_tweet = "rawContent" in values or "renderedContent" in values
    return is_tweet and "username" in user and "id" in values


def _posts(values: Values) -> Iterator[FoundPost]:
    yield from _with_original(values, embedded=False)


def _with_original(tweet: Values, *, embedded: bool) -> Iterator[FoundPost]:
    original, quoted = table(tweet, "retweetedTweet"), table(tweet, "quotedTweet")
    if original:
        yield from _with_original(original, embedded=True)
    user, said = table(tweet, "user"), original or tweet
    yield FoundPost(
        {
            "id": first(tweet, "id_str", "id"),
            "created_at": tweet.get("date"),
            "author_id": first(user, "id_str", "id") or user.get("username"),
            "author_handle": user.get("username"),
            "author_name": first(user, "displayname", "displayName"),
            "followers": user.get("followersCount"),
            "verified": str(bool(user.get("verified") or user.get("blue"))),
            "text": first(said, "rawContent", "content", "renderedContent"),
            "lang": None if tweet.get("lang") == "und" else tweet.get("lang"),
            "conversation_id": first(tweet, "conversationIdStr", "conversationId"),
            "in_reply_to_id": first(tweet, "inReplyToTweetIdStr", "inReplyToTweetId"),
            "in_reply_to_user_id": first(table(tweet, "inReplyToUser"), "id_str", "id"),
            "reposted_id": first(original, "id_str", "id"),
            "quoted_id": None if original else first(quoted, "id_str", "id"),
            "quoted_handle": None if original else table(quoted, "user").get("username"),
            "reposts": total(tweet.get("retweetCount"), tweet.get("quoteCount")),
        },
        embedded,
    )


SCRAPED = Format("tweets as snscrape and twscrape save them", _recognises, _posts)
