"""Converts posts and comments of Facebook to mentions, without calling Facebook.

A post with its comments is a conversation. Facebook withholds the author (``from``) of much that others write: each
such post is by somebody of its own, as nobody can know whether two of them are one person.
"""

from collections.abc import Collection, Sequence

from earshot.mentions.mention import Author, Mention
from earshot.mentions.sources.social.accounts import Stream, StreamKind
from earshot.mentions.sources.social.threads import Said, answered_in, speaks_to_brand
from earshot.mentions.sources.social.values import Payload, count, required, table, tables, text, time

NETWORK = "facebook"
_EVERYBODY = "EVERYONE"
_WITHHELD = "Name withheld by Facebook"


def said_by(post: Payload) -> Said:
    """A post or a comment as its thread needs it. MentionError where it does not say when it was written."""
    name = text(table(post, "from"), "name").lower()
    author = author_id(post)
    return Said(required(post, "id"), author, time(post, "created_time"), frozenset({author, name} - {""}))


def in_thread(comment: Payload, post: Payload, others: Sequence[tuple[str, Said]], own: Collection[str]) -> Payload:
    """A comment with what it answers, and whether it speaks to the brand.

    ``others`` are comments below the same post, each with the id of the comment that it stands below; empty: of none.
    """
    said, parent = said_by(comment), table(comment, "parent")
    top = said_by(parent) if parent else said_by(post)
    beside = [one for below, one in others if below == text(parent, "id")]
    answered = answered_in(said, _called(comment, [top, *beside]), top, beside, own)
    found = {} if answered is None else {"id": answered.id, "author": answered.author}
    speaks = speaks_to_brand(said, answered, top, own)
    return {**comment, "post_id": required(post, "id"), "answers": {**found, "speaks_to_brand": speaks}}


def author_id(post: Payload) -> str:
    """The number of the author; where it is withheld, nobody else's."""
    return text(table(post, "from"), "id") or f"anon{text(post, 'id')}"


def mention_of(post: Payload, stream: Stream, own: Collection[str], page_id: str) -> Mention:
    """Convert a post, or a comment that ``in_thread`` made. MentionError names what is missing or wrong.

    ``page_id`` is the page that it was read with: who tags it elsewhere speaks to it.
    """
    post_id, author, above = required(post, "id"), author_id(post), text(post, "post_id")
    answers, shares, is_own = table(post, "answers"), table(post, "shares"), author in own
    # Who writes on the brand's page, or tags it, speaks to it.
    speaks = bool(answers.get("speaks_to_brand")) if above else True
    is_tagging = stream.kind is StreamKind.MENTIONS and not above and not is_own
    return Mention(
        source=NETWORK,
        id=post_id,
        author=Author(id=author, name=text(table(post, "from"), "name") or _WITHHELD),
        text=text_of(post),
        created_at=time(post, "created_time"),
        conversation_id=above or post_id,
        brand=stream.brand,
        own=is_own,
        in_reply_to_id=text(answers, "id") or None,
        in_reply_to_user_id=text(answers, "author") or (page_id if is_tagging else None),
        link=text(post, "permalink_url") or f"https://www.facebook.com/{post_id}",
        reposts=count(shares, "count"),
        quotes_brand=not is_own and speaks,
    )


def text_of(post: Payload) -> str:
    """What somebody wrote, or what Facebook says that they did."""
    return text(post, "message") or text(post, "story")


def is_public(post: Payload) -> bool:
    """Whether everybody may see a post, as far as it says so: a comment does not."""
    audience = text(table(post, "privacy"), "value")
    return audience in ("", _EVERYBODY) and post.get("is_published") is not False


def why_not_kept(post: Payload) -> str | None:
    """Why a post may not be kept; None: it may."""
    if not is_public(post):
        return "not public"
    return "hidden by the page" if post.get("is_hidden") is True else None


def _called(comment: Payload, others: Sequence[Said]) -> str:
    """Whom a comment begins with, by number, or by name where nobody here has that number; empty: nobody."""
    first = next((one for one in tables(comment.get("message_tags")) if (count(one, "offset") or 0) <= 1), None)
    if first is None:
        return ""
    number, name = text(first, "id"), text(first, "name").lower()
    return next((one for one in (number, name) if any(one in other.names for other in others)), number or name)
