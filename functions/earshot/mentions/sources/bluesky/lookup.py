"""Looks posts of Bluesky up: those that were deleted are missing from its answer, moderated ones are labelled."""

from collections.abc import Sequence

from earshot.mentions.mention import Mention
from earshot.mentions.sources.bluesky.api import BlueskyApi
from earshot.mentions.sources.bluesky.posts import uri_of, why_not_kept
from earshot.mentions.sources.lookup import Fate, LookedUp, OneServer
from earshot.mentions.sources.social.look_ups import listed
from earshot.mentions.sources.social.values import Payload

GET_POSTS = "app.bsky.feed.getPosts"


class BlueskyLookup(OneServer):
    """Looks up as the first of the brands' accounts, and as the others what is not served to it.

    An author may block one of them, to whom Bluesky then shows nothing of theirs.
    """

    most = 25

    def __init__(self, apis: Sequence[BlueskyApi]) -> None:
        self._apis = apis

    def look_up(self, posts: Sequence[Mention]) -> LookedUp:
        """What Bluesky says of these posts. A post cannot be edited there."""
        if not posts:
            return LookedUp()
        asked, views, is_whole = {uri_of(post): post.id for post in posts}, dict[str, Payload](), True
        for api in self._apis:
            if missing := [uri for uri in asked if uri not in views]:
                answer = api.get(GET_POSTS, [("uris", uri) for uri in missing])
                found = listed(answer.get("posts"), "uri", "Bluesky's")
                views |= found.by_id
                is_whole = is_whole and found.is_whole
        hidden = {id: Fate.HIDDEN for uri, id in asked.items() if uri in views and why_not_kept(views[uri]) is not None}
        deleted = {id: Fate.DELETED for uri, id in asked.items() if uri not in views and is_whole}
        served = frozenset(id for uri, id in asked.items() if uri in views and id not in hidden)
        return LookedUp(served, deleted | hidden)
