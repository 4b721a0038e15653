"""Reads an account's streams of Bluesky: its notifications, its posts, and searches."""

from collections.abc import Callable, Sequence
from datetime import datetime

from earshot.mentions.sources.bluesky.api import BlueskyApi
from earshot.mentions.sources.bluesky.posts import did_of, is_post, mention_of, why_not_kept, written_at
from earshot.mentions.sources.social.accounts import Stream, StreamKind
from earshot.mentions.sources.social.reader import Converted, Entry, Page
from earshot.mentions.sources.social.values import Payload, count, name_of, table, tables, text, time_or

PAGE_SIZE = 100
_MOST_LOOKED_UP = 25  # of getPosts and getProfiles
# What speaks to the account. Likes, follows and reposts say nothing.
_REASONS = ("mention", "reply", "quote")


class BlueskyNetwork:
    """Bluesky as one account sees it."""

    def __init__(self, api: BlueskyApi, clock: Callable[[], datetime]) -> None:
        self._api = api
        self._clock = clock
        self._dids: dict[str, str] = {}  # of the brand's other accounts, by handle; empty: there is none

    def page(self, stream: Stream, cursor: str | None, since: datetime) -> Page:
        """A page of a stream. SourceError where Bluesky refuses."""
        more = [("limit", str(PAGE_SIZE)), *([] if cursor is None else [("cursor", cursor)])]
        if stream.kind is StreamKind.MENTIONS:
            reasons = [("reasons", reason) for reason in _REASONS]
            answer = self._api.get("app.bsky.notification.listNotifications", [*reasons, *more])
            entries = map(self._notification, tables(answer.get("notifications")))
        elif stream.kind is StreamKind.OWN:
            which = [("actor", self._api.did), ("filter", "posts_with_replies")]
            answer = self._api.get("app.bsky.feed.getAuthorFeed", [*which, *more])
            entries = (entry for one in tables(answer.get("feed")) if (entry := self._of_feed(one)))
        else:
            query = [("q", _query(stream)), ("sort", "latest"), ("since", f"{since:%Y-%m-%dT%H:%M:%SZ}")]
            answer = self._api.get("app.bsky.feed.searchPosts", [*query, *more])
            entries = map(self._entry, tables(answer.get("posts")))
        return Page(tuple(entries), text(answer, "cursor") or None)

    def convert(self, stream: Stream, entries: Sequence[Entry]) -> Converted:
        """The mentions of entries. SourceError where Bluesky does not say what is needed of them."""
        converted = Converted()
        wanted = [one for one in entries if (_speaks(one.post) if stream.kind is StreamKind.MENTIONS else one.post)]
        # A notification has the text, but neither how often it was passed on nor what moderators say.
        views = self._posts(wanted) if stream.kind is StreamKind.MENTIONS else {one.id: one.post for one in wanted}
        kept: list[tuple[Entry, Payload]] = []
        for entry in wanted:
            view = views.get(entry.id)
            why = "deleted" if view is None else why_not_kept(view)
            if view is None or why is not None:
                converted.not_kept[why or "deleted"] += 1
            else:
                kept.append((entry, view))
        followers, own = self._followers([view for _, view in kept]), self._own(stream) if kept else set[str]()
        now = self._clock()
        for entry, view in kept:
            converted.add(entry, lambda view=view: mention_of(view, stream, own, followers, now))
        return converted

    def _notification(self, notification: Payload) -> Entry:
        # Bluesky sorts them by when they came.
        now = self._clock()
        return Entry(name_of(notification, "uri"), time_or(notification, "indexedAt", now), notification)

    def _entry(self, view: Payload) -> Entry:
        return Entry(name_of(view, "uri"), written_at(view, self._clock()), view)

    def _of_feed(self, item: Payload) -> Entry | None:
        """A post of the account, or when it repeated one: a page of these is not the last. None for what is pinned."""
        view, reason = table(item, "post"), table(item, "reason")
        if not reason:
            return self._entry(view)
        at = text(reason, "indexedAt")
        return Entry(f"{at} {name_of(view, 'uri')}", time_or(reason, "indexedAt", self._clock()), {}) if at else None

    def _own(self, stream: Stream) -> set[str]:
        """The accounts of the brand. Those beside the one that reads are looked up once."""
        unknown = sorted(stream.own - {stream.account.account, *self._dids})
        if unknown:
            answer = self._api.get(_GET_PROFILES, [("actors", handle) for handle in unknown])
            found = {text(one, "handle").lower(): text(one, "did") for one in tables(answer.get("profiles"))}
            self._dids |= {handle: found.get(handle, "") for handle in unknown}
        return {self._api.did, *(self._dids[one] for one in stream.own if self._dids.get(one))}

    def _posts(self, entries: Sequence[Entry]) -> dict[str, Payload]:
        """The views of posts by address; those that were deleted are missing."""
        # One that is no address would be refused, and all others with it.
        uris = [one.id for one in entries if is_post(one.id)]
        found: dict[str, Payload] = {}
        for start in range(0, len(uris), _MOST_LOOKED_UP):
            batch = [("uris", uri) for uri in uris[start : start + _MOST_LOOKED_UP]]
            found |= {text(view, "uri"): view for view in tables(self._api.get(_GET_POSTS, batch).get("posts"))}
        return found

    def _followers(self, views: Sequence[Payload]) -> dict[str, int | None]:
        """How many follow each author, by account."""
        dids = list(dict.fromkeys(did for view in views if (did := did_of(text(view, "uri")))))
        found: dict[str, int | None] = {}
        for start in range(0, len(dids), _MOST_LOOKED_UP):
            batch = [("actors", did) for did in dids[start : start + _MOST_LOOKED_UP]]
            profiles = tables(self._api.get(_GET_PROFILES, batch).get("profiles"))
            found |= {text(one, "did"): count(one, "followersCount") for one in profiles}
        return found


_GET_POSTS, _GET_PROFILES = "app.bsky.feed.getPosts", "app.bsky.actor.getProfiles"


def _speaks(notification: Payload) -> bool:
    return text(notification, "reason") in _REASONS


def _query(stream: Stream) -> str:
    """The search for a word, a phrase or a hashtag."""
    if stream.kind is StreamKind.TAG:
        return f"#{stream.name}"
    return f'"{stream.name}"' if len(stream.name.split()) > 1 else stream.name
