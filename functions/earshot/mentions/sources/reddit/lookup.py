"""Looks submissions and comments of Reddit up by their names: of what was deleted or removed it serves a shell."""

from collections.abc import Sequence
from datetime import datetime

from earshot.errors import MentionError
from earshot.mentions.mention import Mention
from earshot.mentions.sources.lookup import Fate, LookedUp, OneServer
from earshot.mentions.sources.reddit.api import RedditApi
from earshot.mentions.sources.reddit.posts import edited_at_of, has_lost_author, text_of, why_not_kept
from earshot.mentions.sources.social.look_ups import Listed, listed, newer_text, with_first
from earshot.mentions.sources.social.values import Payload, table, text

_DELETED, _BY_AUTHOR = "[deleted]", ("deleted", "author")


class RedditLookup(OneServer):
    """Looks up as the first app that Reddit answers: all see the same.

    Reddit wants the name of an account that was deleted to go, wherever it is: the post goes with it. What it leaves
    out of its answer is in a community that is private now, or banned.
    """

    most = 100

    def __init__(self, apis: Sequence[RedditApi]) -> None:
        self._apis = apis

    def look_up(self, posts: Sequence[Mention]) -> LookedUp:
        """What Reddit says of these posts."""
        if not posts:
            return LookedUp()
        answer = with_first(self._apis, lambda api: _posts_of(api, [post.id for post in posts]))
        found = answer.by_id
        said = [post for post in posts if post.id in found or answer.is_whole]
        gone = {post.id: fate for post in said if (fate := _fate_of(post, found.get(post.id))) is not None}
        kept = {post.id: post for post in said if post.id not in gone}
        newer = {id: newer_text(post, text_of(found[id]), _edited_at(found[id])) for id, post in kept.items()}
        return LookedUp.of(newer, gone)


def _posts_of(api: RedditApi, names: Sequence[str]) -> Listed:
    answer = api.get("/api/info", [("id", ",".join(names))], "posts by their names")
    return listed(table(answer.values, "data").get("children"), "name", "Reddit's", "data")


def _fate_of(stored: Mention, post: Payload | None) -> Fate | None:
    """Why a stored post may not be kept any more, by what is served of it; None: it may."""
    if post is None:
        return Fate.PROTECTED
    if why_not_kept(post) is not None:
        said = (text(post, "body"), text(post, "selftext"))
        is_by_author = _DELETED in said or text(post, "removed_by_category") in _BY_AUTHOR
        return Fate.DELETED if is_by_author else Fate.HIDDEN
    return Fate.AUTHOR_GONE if stored.author.handle is not None and has_lost_author(post) else None


def _edited_at(post: Payload) -> datetime | None:
    try:
        return edited_at_of(post)
    except MentionError:
        return None
