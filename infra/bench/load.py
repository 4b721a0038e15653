"""The posts of the benchmark: copies of the sample stream by other authors, and posts of one kind."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import cycle, islice
from typing import Any

from earshot.mentions.mention import Author, Mention
from infra.local.sample.sample import BRANDS, load

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
BRAND = "NimbusAir"
_HANDLES = {handle.lower(): handle for handle in BRANDS}


class PostKind(StrEnum):
    """What can become of a post, in the order in which the measuring sends them."""

    CHATTER = "chatter, opens no case"
    COMPLAINT = "complaint, opens a case"
    URGENT = "urgent complaint, alerts rung 1"
    FOLLOW_UP = "the customer again, in the case"
    REPOST = "repost of the complaint"
    OWN_REPLY = "the brand's reply"
    DUPLICATE = "delivered a second time"


TEXTS = {
    PostKind.CHATTER: (
        "Window seat, headphones, clouds. #NimbusAir over the Alps this morning",
        "Counting planes from our balcony: two from @NimbusAir and one from the post",
        "Somebody left a #NimbusAir blanket on the train to work",
    ),
    PostKind.COMPLAINT: (
        "@NimbusAir my suitcase came back with a broken wheel and a torn lining. Not happy at all.",
        "@NimbusAir the screen at my seat was broken for the whole flight. Disappointing.",
    ),
    PostKind.URGENT: (
        "@NimbusAir you cancelled our flight and left us stranded at the airport overnight with a baby. Nobody helps.",
        "@NimbusAir stranded in Oslo, flight cancelled, no hotel, nobody answers the phone. We need help now!",
    ),
    PostKind.FOLLOW_UP: ("@NimbusAir still nothing from you. I am waiting for an answer about this.",),
    PostKind.OWN_REPLY: (
        "@guest We are sorry to read this. Please send us your booking code and we will look at once.",
    ),
}


def stream(copies: int, offset: int = 0) -> list[Mention]:
    """The sample stream ``copies`` times over, oldest first; ``offset`` sets two loads apart."""
    posts = load()
    conversations = {post["id"]: post for post in posts}
    return [_sampled(post, conversations, offset + copy) for copy in range(copies) for post in posts]


def of_kind(kind: PostKind, count: int, *, first: int = 0) -> list[Mention]:
    """``count`` posts of one kind, numbered from ``first`` on; a reply or a repost is of the complaint so numbered."""
    texts = islice(cycle(TEXTS.get(kind, TEXTS[PostKind.COMPLAINT])), count)
    return [_made(kind, number, text) for number, text in enumerate(texts, start=first)]


def _made(kind: PostKind, number: int, text: str) -> Mention:
    place = list(PostKind).index(kind)
    first = _id(PostKind.COMPLAINT, number)
    replies = kind in (PostKind.FOLLOW_UP, PostKind.OWN_REPLY)
    own, repost = kind is PostKind.OWN_REPLY, kind is PostKind.REPOST
    # Delivered a second time: a complaint that has been stored.
    id = _id(PostKind.COMPLAINT if kind is PostKind.DUPLICATE else kind, number)
    author = PostKind.COMPLAINT if kind is PostKind.FOLLOW_UP else kind
    handle = BRAND if own else f"guest{list(PostKind).index(author)}{number}"
    return Mention(
        source="x",
        id=id,
        author=Author(id=f"90{list(PostKind).index(author)}{number:04d}", handle=handle, name="A Guest", followers=212),
        text=f"RT @guest: {text}" if repost else text,
        created_at=START + place * MINUTE,
        conversation_id=first if replies else id,
        brand=BRAND,
        own=own,
        language="en",
        in_reply_to_id=first if replies else None,
        reposted_id=first if repost else None,
        link=f"https://x.com/{handle}/status/{id}",
    )


def _id(kind: PostKind, number: int) -> str:
    return f"1999{list(PostKind).index(kind)}{number:014d}"


def _sampled(post: dict[str, Any], posts: dict[str, dict[str, Any]], copy: int) -> Mention:
    own = post["author_handle"].lower() in _HANDLES
    return Mention(
        source="x",
        id=_copied(post["id"], copy),
        author=Author(
            id=post["author_id"] if own else _copied(post["author_id"], copy),
            handle=post["author_handle"],
            name=post["author_name"],
            followers=post["followers"],
            verified=post["verified"],
        ),
        text=post["text"],
        created_at=START + timedelta(seconds=post["offset_seconds"]),
        conversation_id=_copied(post["conversation_id"], copy),
        brand=next(_brands(post, posts), BRANDS[0]),
        own=own,
        language=post["lang"],
        in_reply_to_id=_copied(post["in_reply_to_id"], copy),
        reposted_id=_copied(post["reposted_id"], copy),
        quoted_id=_copied(post["quoted_id"], copy),
        link=f"https://x.com/{post['author_handle']}/status/{_copied(post['id'], copy)}",
    )


def _copied(id: str | None, copy: int) -> Any:
    return None if id is None else f"{copy + 1}{id}"


def _brands(post: dict[str, Any], posts: dict[str, dict[str, Any]]) -> Iterator[str]:
    """The brand that wrote the post, those it names, and those that the posts it refers to name."""
    speaker = _HANDLES.get(post["author_handle"].lower())
    if speaker:
        yield speaker
    text = post["text"].lower()
    yield from (name for handle, name in _HANDLES.items() if handle in text)
    for field in ("reposted_id", "in_reply_to_id"):
        if (other := posts.get(post[field] or "")) is not None:
            yield from _brands(other, posts)


def judged(mentions: Sequence[Mention]) -> list[Mention]:
    """Those whose words are judged: not the brand's own, and no reposts."""
    return [mention for mention in mentions if not mention.own and not mention.is_repost]
