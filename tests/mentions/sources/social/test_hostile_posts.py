"""Whatever a network sends in whichever field of a post: it is a mention, or a dead letter, and never an error."""

import contextlib
import json
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from earshot.errors import MentionError
from earshot.mentions.mention import Mention
from earshot.mentions.sources.bluesky import posts as bluesky
from earshot.mentions.sources.facebook import posts as facebook
from earshot.mentions.sources.mastodon import statuses as mastodon
from earshot.mentions.sources.reddit import posts as reddit
from earshot.mentions.sources.social.accounts import SocialAccount, streams_of
from earshot.mentions.sources.social.reader import Converted, Entry
from earshot.mentions.sources.youtube import comments as youtube
from tests.fakes import START

BLUESKY = streams_of([SocialAccount("bluesky", "nimbusair.bsky.social", "NimbusAir")])[0]
MASTODON = streams_of([SocialAccount("mastodon", "care@nimbus.example", "NimbusAir")])[0]
REDDIT = streams_of([SocialAccount("reddit", "nimbusair_care", "NimbusAir", ("nimbus air",))])[0]
YOUTUBE = streams_of([SocialAccount("youtube", "nimbusair", "NimbusAir")])[0]
FACEBOOK = streams_of([SocialAccount("facebook", "nimbusair", "NimbusAir")])[0]
INSTANCE = mastodon.Instance("nimbus.example", "https://nimbus.example", "7")
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
VIEW: dict[str, Any] = {
    "uri": "at://did:plc:jane/app.bsky.feed.post/3k1",
    "author": {"did": "did:plc:jane", "handle": "jane.example", "displayName": "Jane", "verification": {}},
    "record": {"text": "lost", "createdAt": "2026-11-21T09:00:00Z", "langs": ["en"], "facets": [{}], "embed": {}},
    "indexedAt": "2026-11-21T09:00:00Z",
    "labels": [{"src": "did:plc:jane", "val": "spam"}],
    "repostCount": 3,
}
STATUS: dict[str, Any] = {
    "id": "113",
    "created_at": "2026-11-21T09:00:00Z",
    "edited_at": None,
    "account": {"id": "9", "acct": "jane@other.example", "display_name": "Jane", "followers_count": 7},
    "content": "<p>lost</p>",
    "spoiler_text": "",
    "visibility": "public",
    "mentions": [{"id": "7", "acct": "care"}],
    "in_reply_to_id": "112",
    "in_reply_to_account_id": "7",
    "quote": {"quoted_status": {"id": "111", "account": {"id": "7"}}},
    "reblogs_count": 3,
}
COMMENT: dict[str, Any] = {
    "name": "t1_def",
    "author": "Jane_Doe",
    "body": "nimbus air lost my bag",
    "link_id": "t3_abc",
    "parent_id": "t3_abc",
    "subreddit": "travel",
    "permalink": "/r/travel/comments/abc/lost/def/",
    "created_utc": 1763715600.0,
    "edited": 1763715700.0,
    "num_crossposts": 3,
}
VIDEO_COMMENT: dict[str, Any] = {
    "id": "Ug1.2",
    "snippet": {
        "videoId": "dQw4w9WgXcQ",
        "channelId": "UCb",
        "parentId": "Ug1",
        "textDisplay": "@joe lost",
        "authorDisplayName": "@jane",
        "authorChannelId": {"value": "UCjane"},
        "publishedAt": "2026-11-21T09:00:00Z",
        "updatedAt": "2026-11-21T09:01:00Z",
    },
    "answers": {"id": "Ug1", "author": "UCb", "speaks_to_brand": True},
}
PAGE_COMMENT: dict[str, Any] = {
    "id": "9_2",
    "message": "Joe lost",
    "created_time": "2026-11-21T09:00:00+0000",
    "from": {"id": "7", "name": "Jane"},
    "parent": {"id": "9_1", "created_time": "2026-11-21T08:00:00+0000", "from": {"id": "8"}},
    "message_tags": [{"id": "8", "name": "Joe", "offset": 0, "length": 3}],
    "shares": {"count": 3},
    "privacy": {"value": "EVERYONE"},
    "post_id": "1_9",
    "answers": {"id": "9_1", "author": "8", "speaks_to_brand": True},
}


@st.composite
def changed(draw: st.DrawFn, whole: dict[str, Any]) -> dict[str, Any]:
    """A post with anything in one of its fields, or in one of an object in it."""
    name = draw(st.sampled_from(sorted(whole)))
    inner = whole[name]
    if isinstance(inner, dict) and inner and draw(st.booleans()):
        return {**whole, name: {**inner, draw(st.sampled_from(sorted(inner))): draw(ANYTHING)}}
    return {**whole, name: draw(ANYTHING)}


def converted(post: dict[str, Any], convert: Any) -> None:
    found = Converted()
    found.add(Entry("1", START, post), convert)
    (mention, *_), rejected = found.mentions or (None,), found.rejected
    assert (mention is None) == bool(rejected)
    if mention is not None:
        assert Mention.from_record(json.loads(json.dumps(mention.to_record()))) == mention


@settings(max_examples=30)
@given(changed(VIEW))
def test_any_view_of_bluesky_is_a_mention_or_a_dead_letter(view: dict[str, Any]) -> None:
    bluesky.why_not_kept(view)
    assert bluesky.written_at(view, START) <= START + timedelta(days=365 * 200)
    converted(view, lambda: bluesky.mention_of(view, BLUESKY, {"did:plc:b"}, {}, START))


@settings(max_examples=30)
@given(changed(STATUS))
def test_any_status_of_mastodon_is_a_mention_or_a_dead_letter(status: dict[str, Any]) -> None:
    mastodon.why_not_kept(status)
    mastodon.version_of(status)
    converted(status, lambda: mastodon.mention_of(status, MASTODON, INSTANCE, "113"))


@settings(max_examples=30)
@given(changed(COMMENT) | changed({**COMMENT, "title": "lost", "selftext": "", "is_self": False, "url": "https://a.b"}))
def test_any_post_of_reddit_is_a_mention_or_a_dead_letter(post: dict[str, Any]) -> None:
    brand = reddit.Brand(REDDIT)
    above = {"t3_abc": brand.known(post)}
    reddit.why_not_kept(post)
    brand.is_about(post, above)
    converted(post, lambda: reddit.mention_of(post, brand, above))


@settings(max_examples=30)
@given(changed(VIDEO_COMMENT))
def test_any_comment_of_youtube_is_a_mention_or_a_dead_letter(comment: dict[str, Any]) -> None:
    youtube.version_of(comment)
    with contextlib.suppress(MentionError):
        youtube.in_thread(comment, youtube.said_by(VIDEO_COMMENT), [], {"UCb"})
    converted(comment, lambda: youtube.mention_of(comment, YOUTUBE, {"UCb"}, None))


@settings(max_examples=30)
@given(changed(PAGE_COMMENT))
def test_any_comment_of_facebook_is_a_mention_or_a_dead_letter(comment: dict[str, Any]) -> None:
    facebook.why_not_kept(comment)
    with contextlib.suppress(MentionError):
        facebook.in_thread(comment, PAGE_COMMENT, [("9_1", facebook.said_by(PAGE_COMMENT))], {"1"})
    converted(comment, lambda: facebook.mention_of(comment, FACEBOOK, {"1"}))
