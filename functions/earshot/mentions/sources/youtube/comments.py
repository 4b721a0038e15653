"""Converts comments of YouTube to mentions, without calling YouTube.

What is said below one video is a conversation. A reply names only the comment at the head of its thread; whom it
answers it says itself, by beginning with a handle.
"""

import re
from collections.abc import Collection, Sequence

from earshot.mentions.mention import Author, Mention
from earshot.mentions.sources.social.accounts import Stream
from earshot.mentions.sources.social.threads import Said, answered_in, speaks_to_brand
from earshot.mentions.sources.social.values import Payload, handle_or_none, required, table, text, time

NETWORK = "youtube"
_CALLED = re.compile(r"\A[\s\u200b\u2060\ufeff]*@([\w.·-]{3,30})")


def said_by(comment: Payload) -> Said:
    """A comment as its thread needs it. MentionError where it does not say when it was written."""
    snippet, comment_id = table(comment, "snippet"), required(comment, "id")
    name = text(snippet, "authorDisplayName").removeprefix("@").lower()
    return Said(comment_id, author_id(comment), time(snippet, "publishedAt"), frozenset({name} - {""}))


def in_thread(reply: Payload, top: Said, others: Sequence[Said], own: Collection[str]) -> Payload:
    """A reply with the comment that it answers, and whether it speaks to the brand where the brand is at home."""
    said = said_by(reply)
    called = _CALLED.match(_text_of(reply))
    name = called.group(1).lower().rstrip(".-") if called is not None else ""
    answered = answered_in(said, name, top, others, own)
    found = {} if answered is None else {"id": answered.id, "author": answered.author}
    return {**reply, "answers": {**found, "speaks_to_brand": speaks_to_brand(said, answered, top, own)}}


def author_id(comment: Payload) -> str:
    """The channel of the author; of one who has none any more, nobody else's."""
    channel = text(table(comment, "snippet", "authorChannelId"), "value")
    return channel or f"anon{text(comment, 'id')}"


def version_of(comment: Payload) -> str:
    """What a version of a comment is known by."""
    snippet = table(comment, "snippet")
    updated = text(snippet, "updatedAt")
    return text(comment, "id") + (f".{updated}" if updated and updated != text(snippet, "publishedAt") else "")


def mention_of(comment: Payload, stream: Stream, own: Collection[str], followers: int | None) -> Mention:
    """Convert a comment. MentionError names what is missing or wrong. ``own`` are the brand's channels."""
    snippet, comment_id = table(comment, "snippet"), required(comment, "id")
    author, video, channel = author_id(comment), text(snippet, "videoId"), text(snippet, "channelId")
    answers, is_edited = table(comment, "answers"), version_of(comment) != comment_id
    created_at = time(snippet, "publishedAt")
    edited_at = max(time(snippet, "updatedAt"), created_at) if is_edited else None
    is_own, is_at_home = author in own, channel in own
    is_reply = bool(text(snippet, "parentId"))
    speaks = bool(answers.get("speaks_to_brand")) if is_reply else True
    # In another channel who answers the brand speaks to it, and who begins a thread speaks to that channel.
    speaks_elsewhere = text(answers, "author") in own
    name = text(snippet, "authorDisplayName")
    return Mention(
        source=NETWORK,
        id=comment_id,
        author=Author(
            id=author,
            handle=handle_or_none(name[1:]) if name.startswith("@") else None,
            name=None if name.startswith("@") else name or None,
            followers=followers,
        ),
        text=_text_of(comment),
        created_at=created_at,
        conversation_id=video or channel or comment_id,
        brand=stream.brand,
        own=is_own,
        in_reply_to_id=text(answers, "id") or None,
        in_reply_to_user_id=text(answers, "author") or None,
        link=_link(video, channel, comment_id),
        quotes_brand=not is_own and (speaks if is_at_home else speaks_elsewhere),
        edit_ids=(f"{comment_id}.{int(edited_at.timestamp())}",) if edited_at is not None else (),
        edited_at=edited_at,
    )


def _text_of(comment: Payload) -> str:
    """The text as everybody sees it: the original is shown to its author alone."""
    snippet = table(comment, "snippet")
    return required(snippet, "textDisplay")


def _link(video: str, channel: str, comment_id: str) -> str | None:
    """The page on which the comment stands first, to be answered."""
    if video:
        return f"https://www.youtube.com/watch?v={video}&lc={comment_id}"
    return f"https://www.youtube.com/channel/{channel}/community?lc={comment_id}" if channel else None
