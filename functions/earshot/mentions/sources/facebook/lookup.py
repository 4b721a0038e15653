"""Looks posts and comments of Facebook up by their ids: one that is gone has the Graph API refuse the whole call."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from earshot.mentions.mention import Mention
from earshot.mentions.source_state import SourceError, SourceStatus
from earshot.mentions.sources.facebook.api import FacebookApi
from earshot.mentions.sources.facebook.posts import is_public, text_of
from earshot.mentions.sources.lookup import Fate, LookedUp, OneServer
from earshot.mentions.sources.social.look_ups import each_alone, newer_text
from earshot.mentions.sources.social.values import Payload, table

# What a refusal of one post says of it.
_FATES = {SourceStatus.ACCOUNT_GONE: Fate.DELETED, SourceStatus.FORBIDDEN: Fate.PROTECTED}
_OF_A_POST, _OF_A_COMMENT = "id,message,story,is_published,privacy{value}", "id,message"


@dataclass(slots=True)
class _Page:
    """A page, and whether its token may read what others write: None, as long as nobody asked."""

    api: FacebookApi
    may_read_others: bool | None = None


@dataclass(slots=True)
class _Said:
    """What was said of posts so far."""

    found: dict[str, Payload] = field(default_factory=dict[str, Payload])
    gone: dict[str, Fate] = field(default_factory=dict[str, Fate])


class FacebookLookup(OneServer):
    """Looks up at the page on which a post stands, or that it tags.

    Nothing is said of what another page would have to be asked for, whose account was removed here, and of comments
    below posts that tag a page. What a page hides stays: who wrote it is owed an answer all the same.
    """

    # Each of them counts as a call, also of a call that is refused: the more there are, the more halving it costs.
    most = 5

    def __init__(self, apis: Sequence[FacebookApi]) -> None:
        self._pages = [_Page(api) for api in apis]

    def look_up(self, posts: Sequence[Mention]) -> LookedUp:
        """What Facebook says of these posts. SourceError where it answers for none of them."""
        said, known, error = _Said(), dict[str, _Page](), None
        for page in self._pages:
            try:
                known[page.api.page_id] = page
            except SourceError as refused:
                error = refused
        for number, page in known.items():
            mine = [post for post in posts if _page_of(post) == number]
            try:
                _ask(page, mine, said)
            except SourceError as refused:
                error = refused
        gone = dict(said.gone)
        gone |= {id: Fate.PROTECTED for id, post in said.found.items() if not is_public(post)}
        served = [post for post in posts if post.id in said.found and post.id not in gone]
        if error is not None and not served and not gone:
            raise error
        newer = {post.id: newer_text(post, text_of(said.found[post.id])) for post in served}
        return LookedUp.of(newer, gone)


def _ask(page: _Page, posts: Sequence[Mention], said: _Said) -> None:
    """Ask a page for posts. Comments have other fields, and one that an object does not have is refused.

    SourceError where it refuses all, or one of which that says nothing; what it answers of the others is in ``said``.
    """
    error: SourceError | None = None
    alone = [post.id for post in posts if post.conversation_id == post.id]
    below = [post.id for post in posts if post.conversation_id != post.id]
    for ids, fields in ((alone, _OF_A_POST), (below, _OF_A_COMMENT)):

        def ask(some: Sequence[str], fields: str = fields) -> dict[str, Payload]:
            answer = page.api.get("", [("ids", ",".join(some)), ("fields", fields)], "posts by their ids")
            return {id: one for id in some if (one := table(answer, id))}

        answers = each_alone(ids, ask, lambda error: _is_about_one(page, error))
        said.found |= answers.found
        said.gone |= {id: _FATES[one.status] for id, one in answers.refused.items() if one.status in _FATES}
        error = next((one for one in answers.refused.values() if one.status not in _FATES), error)
    if error is not None:
        raise error


def _is_about_one(page: _Page, error: SourceError) -> bool:
    """Whether a refusal is about a post: where a page may not read what others write (any more), a denial is not."""
    if error.status is not SourceStatus.FORBIDDEN:
        # Or the post is another kind of object, and has not all that is asked for.
        return error.status in (SourceStatus.ACCOUNT_GONE, SourceStatus.MISCONFIGURED)
    if page.may_read_others is None:
        try:
            page.api.get(f"{page.api.page_id}/tagged", [("fields", "id"), ("limit", "1")], "posts that tag the page")
            page.may_read_others = True
        except SourceError as denied:
            page.may_read_others = False
            if denied.status is not SourceStatus.FORBIDDEN:
                raise
    return page.may_read_others


def _page_of(post: Mention) -> str:
    """The number of the page on which a post stands; of one that stands elsewhere, of that which it tags."""
    is_alone = post.conversation_id == post.id
    return (post.in_reply_to_user_id if is_alone else None) or post.conversation_id.partition("_")[0]
