"""Looks posts of Bluesky up: those that were deleted are missing from its answer, moderated ones are labelled."""

from collections.abc import Sequence

from earshot.mentions.mention import Mention
from earshot.mentions.source_state import SourceError, SourceStatus
from earshot.mentions.sources.bluesky.api import BlueskyApi
from earshot.mentions.sources.bluesky.posts import uri_of, why_not_kept
from earshot.mentions.sources.lookup import Fate, LookedUp
from earshot.mentions.sources.social.values import tables, text

GET_POSTS = "app.bsky.feed.getPosts"


class BlueskyLookup:
    """Looks up as one account: whom that account may not see, such as who blocks it, is not served to it either."""

    most = 25

    def __init__(self, api: BlueskyApi) -> None:
        self._api = api

    def look_up(self, posts: Sequence[Mention]) -> LookedUp:
        """What Bluesky says of these posts. A post cannot be edited there."""
        if not posts:
            return LookedUp()
        asked = {uri_of(post): post.id for post in posts}
        answer = self._api.get(GET_POSTS, [("uris", uri) for uri in asked])
        if not isinstance(answer.get("posts"), list):
            raise SourceError(SourceStatus.UNAVAILABLE, "Bluesky's answer has no list of posts.")
        views = {text(view, "uri"): view for view in tables(answer.get("posts"))}
        hidden = {id: Fate.HIDDEN for uri, id in asked.items() if uri in views and why_not_kept(views[uri]) is not None}
        deleted = {id: Fate.DELETED for uri, id in asked.items() if uri not in views}
        served = frozenset(id for uri, id in asked.items() if uri in views and id not in hidden)
        return LookedUp(served, deleted | hidden)
