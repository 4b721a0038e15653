"""Reads an account's streams of Bluesky: its notifications, its posts, and searches."""

from collections.abc import Callable, Sequence
from datetime import datetime

from earshot.mentions.sources.bluesky.api import BlueskyApi
from earshot.mentions.sources.bluesky.posts import did_of, mention_of, why_not_kept, written_at
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
            # What the account repeats or has pinned stands among its posts without being newer than they are.
            listed = (one for one in tables(answer.get("feed")) if not table(one, "reason"))
            entries = (self._entry(table(one, "post")) for one in listed)
        else:
            query = [("q", _query(stream)), ("sort", "latest"), ("since", f"{since:%Y-%m-%dT%H:%M:%SZ}")]
            answer = self._api.get("app.bsky.feed.searchPosts", [*query, *more])
            entries = map(self._entry, tables(answer.get("posts")))
        return Page(tuple(entries), text(answer, "cursor") or None)

    def convert(self, stream: Stream, entries: Sequence[Entry]) -> Converted:
        """The mentions of entries. SourceError where Bluesky does not say what is needed of them."""
        converted = Converted()
        wanted = [one for one in entries if stream.kind is not StreamKind.MENTIONS or _speaks(one.post)]
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
        followers, own = self._followers([view for _, view in kept]), {self._api.did} if kept else set[str]()
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

    def _posts(self, entries: Sequence[Entry]) -> dict[str, Payload]:
        """The views of posts by address; those that were deleted are missing."""
        uris = [one.id for one in entries]
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
            profiles = tables(self._api.get("app.bsky.actor.getProfiles", batch).get("profiles"))
            found |= {text(one, "did"): count(one, "followersCount") for one in profiles}
        return found


_GET_POSTS = "app.bsky.feed.getPosts"


def _speaks(notification: Payload) -> bool:
    return text(notification, "reason") in _REASONS


def _query(stream: Stream) -> str:
    """The search for a word, a phrase or a hashtag."""
    if stream.kind is StreamKind.TAG:
        return f"#{stream.name}"
    return f'"{stream.name}"' if len(stream.name.split()) > 1 else stream.name
