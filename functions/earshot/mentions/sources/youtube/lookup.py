"""Looks comments of YouTube up by their ids: those that were deleted are missing from its answer."""

from collections.abc import Sequence

from earshot.mentions.mention import Mention
from earshot.mentions.source_state import SourceError, SourceStatus
from earshot.mentions.sources.lookup import Fate, LookedUp, NewerText, OneServer
from earshot.mentions.sources.social.look_ups import Answers, each_alone, listed, newer_text, with_first
from earshot.mentions.sources.social.values import Payload, table, text, time_or
from earshot.mentions.sources.youtube.api import YouTubeApi

# "One or more of the specified comments cannot be found", or not be retrieved; or YouTube cannot read an id.
_ABOUT_ONE = frozenset({SourceStatus.ACCOUNT_GONE, SourceStatus.FORBIDDEN, SourceStatus.MISCONFIGURED})


class YouTubeLookup(OneServer):
    """Looks up with the first API key that YouTube answers: all see the same. A call is a unit.

    Of a comment that it denies it says nothing: its video may be private for an hour. So it is with one whose id it
    cannot read: the others are looked up all the same.
    """

    most = 50

    def __init__(self, apis: Sequence[YouTubeApi]) -> None:
        self._apis = apis

    def look_up(self, posts: Sequence[Mention]) -> LookedUp:
        """What YouTube says of these comments."""
        if not posts:
            return LookedUp()
        ids = [post.id for post in posts]
        answers = with_first(self._apis, lambda api: _comments_of(api, ids))
        found, refused = answers.found, answers.refused
        unsaid = {id for id, error in refused.items() if error.status is not SourceStatus.ACCOUNT_GONE}
        gone = {id: Fate.DELETED for id in ids if id in answers.asked and id not in found and id not in unsaid}
        newer = {post.id: _newer(post, found[post.id]) for post in posts if post.id in found}
        return LookedUp.of(newer, gone)


def _comments_of(api: YouTubeApi, ids: Sequence[str]) -> Answers:
    doubted = set[str]()

    def ask(some: Sequence[str]) -> dict[str, Payload]:
        query = [("part", "snippet"), ("id", ",".join(some)), ("textFormat", "plainText")]
        answer = api.get("comments", query, "comments by their ids")
        found = listed(answer.get("items"), "id", "YouTube's")
        if not found.is_whole:
            doubted.update(id for id in some if id not in found.by_id)
        return dict(found.by_id)

    answers, refused = each_alone(ids, ask, lambda error: error.status in _ABOUT_ONE), list[SourceError]()
    refused += answers.refused.values()
    if len(refused) == len(answers.asked) and all(one.status is not SourceStatus.ACCOUNT_GONE for one in refused):
        raise refused[0]
    answers.asked -= doubted
    return answers


def _newer(stored: Mention, comment: Payload) -> NewerText | None:
    """What a comment says since it was edited: names of others in it may change by themselves."""
    snippet = table(comment, "snippet")
    edited_at = time_or(snippet, "updatedAt", stored.asked_at)
    if edited_at <= stored.asked_at:
        return None
    return newer_text(stored, text(snippet, "textDisplay"), edited_at)
