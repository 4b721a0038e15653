"""Looks posts of X up by their ids: whether X still serves them, and what they say now.

X answers with status 200, the posts that it serves in ``data``, and for each of the others an entry in ``errors``.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol, cast

from earshot.errors import MentionError
from earshot.mentions.mention import Mention
from earshot.mentions.source_state import SourceError
from earshot.mentions.sources.lookup import Fate, LookedUp, NewerText, OneServer
from earshot.mentions.sources.x.accounts import BrandAccounts
from earshot.mentions.sources.x.posts import Payload, mentions_of_page
from earshot.mentions.sources.x.source import MAX_LOOKUP_IDS, XSource

# The end of the ``type`` of an error. Of a suspended account X answers with either.
_FATES = {"resource-not-found": Fate.DELETED, "not-authorized-for-resource": Fate.PROTECTED}
_HISTORIES = ("edit_history_tweet_ids", "edit_history_post_ids")


class PaysForMore(Protocol):
    """Pays for posts that nobody knew before that they had to be asked for."""

    def take_more(self, count: int) -> int:
        """Book look-ups of so many posts; how many of them may be made."""
        ...

    def give_back_more(self, count: int) -> None:
        """So many of what was booked were not served, and so not billed."""
        ...


class XLookup(OneServer):
    """Looks up on X. ``brands`` are needed to read posts, and change nothing here.

    ``purse`` pays for the latest versions of edited posts; those that are asked for are paid by whoever asks.
    """

    most = MAX_LOOKUP_IDS

    def __init__(self, source: XSource, brands: BrandAccounts, purse: PaysForMore) -> None:
        self._source = source
        self._brands = brands
        self._purse = purse

    def look_up(self, posts: Sequence[Mention]) -> LookedUp:
        """What X says of these posts; of one that was edited since, by its latest version."""
        if not posts:
            return LookedUp()
        asked = {post.version_id: post for post in posts}
        answer = self._source.posts_by_id(tuple(asked))
        served, gone = _served(answer, asked), _gone(answer, asked)
        latest = {newest: id for id, post in served.items() if (newest := _latest(post)) != id}
        answer_about_newer = self._latest_versions(tuple(latest))
        newer = _served(answer_about_newer, latest)
        gone |= {latest[id]: fate for id, fate in _gone(answer_about_newer, latest).items()}
        edited = {latest[id]: one for id, post in newer.items() if (one := self._text_of(post)) is not None}
        gone |= {id: Fate.WITHHELD for id, post in served.items() if _is_withheld(post)}
        return LookedUp(
            frozenset(asked[id].id for id in served if id not in gone),
            {asked[id].id: fate for id, fate in gone.items()},
            {asked[id].id: text for id, text in edited.items() if id not in gone},
        )

    def _latest_versions(self, ids: tuple[str, ...]) -> Payload:
        """X's answer about later versions, as far as they are paid: it serves an earlier version as it was.

        Without it the first answer is good, which was billed: what was edited is noticed another time.
        """
        ids = ids[: self._purse.take_more(len(ids))] if ids else ids
        if not ids:
            return {}
        answer: Payload = {}
        try:
            answer = self._source.posts_by_id(ids)
        except SourceError:
            pass
        finally:
            self._purse.give_back_more(len(ids) - len(_served(answer, ids)))
        return answer

    def _text_of(self, post: Payload) -> NewerText | None:
        """What a version says; None where it cannot be read: its feed brings it."""
        try:
            (mention,) = mentions_of_page({"data": [post]}, self._brands).mentions
        except (MentionError, ValueError):
            return None
        return NewerText(mention.text, mention.edit_ids)


def _served(answer: Payload, asked: Iterable[str]) -> dict[str, Payload]:
    posts = {str(post.get("id")): post for post in _objects(answer.get("data"))}
    return {id: posts[id] for id in asked if id in posts}


def _gone(answer: Payload, asked: Iterable[str]) -> dict[str, Fate]:
    """The posts of which X itself says why it does not serve them. Other errors are about what posts refer to."""
    wanted, found = {*asked}, dict[str, Fate]()
    for error in _objects(answer.get("errors")):
        id, fate = str(error.get("value")), _FATES.get(str(error.get("type")).rpartition("/")[2])
        if error.get("parameter") in ("ids", "id") and id in wanted and fate is not None:
            found[id] = fate
    return found


def _latest(post: Payload) -> str:
    """The id of the latest version that a post has; its own where X names none."""
    histories = (post.get(name) for name in _HISTORIES)
    history = next((cast("list[object]", one) for one in histories if isinstance(one, list)), list[object]())
    ids = [str(one) for one in history if str(one).isdigit()]
    return max([str(post.get("id")), *ids], key=lambda id: (len(id), id))


def _is_withheld(post: Payload) -> bool:
    """Whether X withholds a post, in any country: where staff and brand are is not known here."""
    withheld = post.get("withheld")
    if not isinstance(withheld, Mapping):
        return False
    fields = cast("Mapping[str, Any]", withheld)
    return bool(fields.get("copyright") or fields.get("country_codes"))


def _objects(value: object) -> list[Payload]:
    items = cast("list[object]", value) if isinstance(value, list) else []
    return [cast("Payload", item) for item in items if isinstance(item, Mapping)]
