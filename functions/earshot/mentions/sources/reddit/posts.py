"""Converts submissions and comments of Reddit to mentions, without calling Reddit.

Their names are their ids: ``t3_abc`` a submission, ``t1_def`` a comment. An account is known by its name, which it
keeps: it is that of the mention's author in lower case.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from earshot.errors import MentionError
from earshot.mentions.mention import Author, Mention
from earshot.mentions.sources.social.accounts import Stream
from earshot.mentions.sources.social.values import Payload, count, handle_or_none, required, text

NETWORK = "reddit"
SUBMISSION, COMMENT = "t3_", "t1_"
_GONE = frozenset({"[deleted]", "[removed]"})
NOT_ABOUT = "not about the brand"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a post that others answer: its author, and whether it names the brand."""

    author: str
    names_brand: bool


class Brand:
    """The brand as Reddit knows it: its accounts, the words that name it, its own communities."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.places = frozenset(one.lower() for one in stream.account.own_places)
        words = [r"\s+".join(map(re.escape, word.casefold().split())) for word in (*stream.account.words, *stream.own)]
        self._names = re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)")

    def wrote(self, author: str) -> bool:
        """Whether it is an account of the brand."""
        return author.lower() in self.stream.own

    def is_named(self, post: Payload) -> bool:
        """Whether a post has one of its words, whole and in any case."""
        return self._names.search(text_of(post).casefold()) is not None

    def known(self, post: Payload) -> Known:
        """What others need to know of a post that they answer."""
        in_own = text(post, "subreddit").lower() in self.places
        return Known(author_of(post), in_own or self.is_named(post))

    def is_about(self, post: Payload, above: Mapping[str, Known]) -> bool:
        """Whether a post names the brand, is by it or answers it, or stands in a thread about it.

        ``above`` has what is known of the thread's submission and of the post that it answers.
        """
        names = (text(post, "link_id"), text(post, "parent_id"))
        answered = [above[name] for name in names if name in above]
        own = self.wrote(author_of(post)) or any(self.wrote(one.author) for one in answered)
        is_below = names[0] in above and above[names[0]].names_brand
        return own or is_below or self.known(post).names_brand


def mention_of(post: Payload, brand: Brand, above: Mapping[str, Known]) -> Mention:
    """Convert a submission or a comment. MentionError names what is missing or wrong.

    ``above`` has what is known of the post that it answers.
    """
    name, parent = required(post, "name"), text(post, "parent_id")
    author, created_at, edited_at = author_of(post), written_at(post), edited_at_of(post)
    answered = above.get(parent)
    is_own = brand.wrote(author)
    is_asked = answered is not None and brand.wrote(answered.author)
    is_at_home = not parent and text(post, "subreddit").lower() in brand.places
    calls = re.match(r"\W*/?u/([\w-]+)", text_of(post))
    is_called = calls is not None and brand.wrote(calls.group(1))
    return Mention(
        source=NETWORK,
        id=name,
        author=_author(author, name),
        text=text_of(post),
        created_at=created_at,
        conversation_id=text(post, "link_id") or name,
        brand=brand.stream.brand,
        own=is_own,
        in_reply_to_id=parent or None,
        in_reply_to_user_id=answered.author.lower() if answered is not None and answered.author else None,
        link=f"https://www.reddit.com{required(post, 'permalink')}",
        reposts=count(post, "num_crossposts"),
        quotes_brand=not is_own and (is_asked or is_at_home or is_called),
        edit_ids=(version_of(post),) if edited_at is not None else (),
        edited_at=edited_at,
    )


def why_not_kept(post: Payload) -> str | None:
    """Why a post may not be kept; None: it may."""
    if text(post, "removed_by_category"):
        return "removed"
    return "deleted" if {text(post, "body"), text(post, "selftext")} & _GONE else None


def version_of(post: Payload) -> str:
    """What a version of a post is known by."""
    edited = post.get("edited")
    is_time = isinstance(edited, (int, float)) and not isinstance(edited, bool)
    return f"{text(post, 'name')}.{edited:.0f}" if is_time else text(post, "name")


def author_of(post: Payload) -> str:
    """The name of the account that wrote it; empty where that was deleted."""
    name = text(post, "author")
    return "" if name in _GONE else name


def has_lost_author(post: Payload) -> bool:
    """Whether Reddit says that the account which wrote it was deleted; a post that names nobody says nothing."""
    return text(post, "author") in _GONE


def text_of(post: Payload) -> str:
    """The text of a comment; of a submission its title, and its text or the address that it links to."""
    if "body" in post:
        return text(post, "body")
    url = text(post, "url") if post.get("is_self") is False else ""
    parts = (text(post, "title"), text(post, "selftext"), "" if _is_its_own(url) else url)
    return "\n\n".join(part for part in parts if part)


def written_at(post: Payload) -> datetime:
    """When it was written. MentionError where it does not say."""
    return _time(post, "created_utc")


def edited_at_of(post: Payload) -> datetime | None:
    """When it was changed; None: never."""
    return _time(post, "edited") if version_of(post) != text(post, "name") else None


def _is_its_own(url: str) -> bool:
    """Whether a link leads to Reddit itself, as that of a gallery does."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return True
    return not host or host.endswith(("reddit.com", "redd.it"))


def _author(name: str, post_id: str) -> Author:
    """The author; two whose accounts were deleted are two."""
    if not name:
        return Author(id=f"anon{post_id}", name="Deleted account")
    return Author(id=name.lower(), handle=handle_or_none(name))


def _time(post: Payload, field: str) -> datetime:
    seconds = post.get(field)
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
        raise MentionError(f"Field '{field}' must be a time in seconds: discard the post.")
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        raise MentionError(f"Field '{field}' is no time: discard the post.") from None
