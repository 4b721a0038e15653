"""Reads an account's streams of YouTube: comments on the brand's channel and its videos, and on named videos."""

import zlib
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

from earshot.errors import MentionError
from earshot.mentions.source_state import SourceError, SourceStatus
from earshot.mentions.sources.social.accounts import Stream, StreamKind
from earshot.mentions.sources.social.reader import Converted, Entry, Page
from earshot.mentions.sources.social.threads import Said, ThreadCounts, Trail
from earshot.mentions.sources.social.values import Payload, count, name_of, table, tables, text, time_or
from earshot.mentions.sources.youtube.api import YouTubeApi
from earshot.mentions.sources.youtube.comments import author_id, in_thread, mention_of, said_by, version_of

PAGE_SIZE = 100  # the most that is served
# Threads are listed by when they began, and a new reply moves none up: so many pages are read for replies.
FOLLOWED_PAGES, FOLLOWED_FOR = 3, timedelta(days=14)
_MOST_CHANNELS = 50  # of a look-up
_MOST_KNOWN = 20_000
_LOST = frozenset({SourceStatus.ACCOUNT_GONE, SourceStatus.FORBIDDEN})
# Most who comment have hardly any subscribers, which says nothing of them: elsewhere it is a mark of new accounts.
_TELLING_SUBSCRIBERS = 100
# What the replies need to know of the comment at the head of their thread.
_OF_A_HEAD = ("authorDisplayName", "publishedAt", "videoId", "channelId")
_FORM = (("textFormat", "plainText"), ("maxResults", str(PAGE_SIZE)))


class YouTubeNetwork:
    """YouTube as one API key sees it. Every failure is a SourceError whose message names the remedy."""

    def __init__(self, api: YouTubeApi, clock: Callable[[], datetime]) -> None:
        self._api = api
        self._clock = clock
        self._channels: dict[str, str] = {}  # of the brand, by handle
        self._subscribers: dict[str, int | None] = {}
        self._counts = ThreadCounts()

    def page(self, stream: Stream, cursor: str | None, since: datetime) -> Page:
        """A page of a stream, or of what is said in one of its threads. SourceError where YouTube refuses."""
        trail = Trail.of(cursor)
        if trail.below:
            return self._replies(stream, trail, since)
        if stream.kind is StreamKind.VIDEO:
            which, what = ("videoId", stream.name), f"the video {stream.name}"
        else:
            which = ("allThreadsRelatedToChannelId", self._channel(stream.name))
            what = f"the channel @{stream.name}"
        query = [("part", "snippet,replies"), which, ("order", "time"), *_FORM]
        answer = self._api.get("commentThreads", [*query, *([("pageToken", trail.page)] if trail.page else [])], what)
        threads = tables(answer.get("items"))
        entries: list[Entry] = []
        below: list[tuple[str, ...]] = []
        for thread in threads:
            entries += self._of_thread(thread, below, stream)
        times = [self._entry(table(one, "snippet", "topLevelComment")).at for one in threads]
        number, following = trail.number + 1, text(answer, "nextPageToken")
        oldest = min(times, default=since)
        is_followed = number < FOLLOWED_PAGES and oldest >= self._clock() - FOLLOWED_FOR
        goes_on = bool(times) and (oldest >= since or is_followed)
        after = Trail(following if goes_on else "", number, tuple(below))
        wanted, is_read_again = tuple(one for one in entries if one.at >= since), not is_followed and not below
        return Page(wanted, after.cursor(), in_order=False, is_read_again=is_read_again)

    def convert(self, stream: Stream, entries: Sequence[Entry]) -> Converted:
        """The mentions of entries. SourceError where YouTube does not say what is needed of them."""
        self._counts.settle({_thread_of(entry.post) for entry in entries})
        converted = Converted()
        subscribers = self._subscribers_of({author_id(entry.post) for entry in entries})
        own = self._own(stream) if entries else set[str]()
        for entry in entries:
            followers = subscribers.get(author_id(entry.post))
            converted.add(entry, lambda post=entry.post, followers=followers: mention_of(post, stream, own, followers))
        return converted

    def _of_thread(self, thread: Payload, below: list[tuple[str, ...]], stream: Stream) -> list[Entry]:
        """The comments that a thread is listed with. Where there are more replies, they are to be read ``below``."""
        top, listed = table(thread, "snippet", "topLevelComment"), tables(table(thread, "replies").get("comments"))
        thread_id, snippet = text(thread, "id"), table(thread, "snippet")
        total = count(snippet, "totalReplyCount") or 0
        if total <= len(listed):
            return [self._entry(top), *self._in_thread(listed, top, stream)]
        # Where one is deleted as another is written, the number stays.
        how = f"{total}.{zlib.crc32(' '.join(map(version_of, listed)).encode()):x}"
        if thread_id and not self._counts.is_settled(thread_id, how):
            named = (text(table(top, "snippet"), name) for name in _OF_A_HEAD)
            below.append((thread_id, "", how, author_id(top), *named))
        return [self._entry(top)]

    def _replies(self, stream: Stream, trail: Trail, since: datetime) -> Page:
        """A page of the replies in a thread."""
        (thread_id, token, how, author, *named), *others = trail.below
        query = [("part", "snippet"), ("parentId", thread_id), *_FORM, *([("pageToken", token)] if token else [])]
        after = trail.without_first()
        try:
            answer = self._api.get("comments", query, f"the thread {thread_id}")
        except SourceError as error:
            if error.status not in _LOST:
                raise
            # Deleted since it was listed, or closed: the threads behind it are read all the same.
            return Page((), after.cursor(), in_order=False)
        snippet = {**dict(zip(_OF_A_HEAD, named, strict=False)), "authorChannelId": {"value": author}}
        found = tables(answer.get("items"))
        entries = self._in_thread(found, {"id": thread_id, "snippet": snippet}, stream)
        if following := text(answer, "nextPageToken"):
            after = Trail(trail.page, trail.number, ((thread_id, following, how, author, *named), *others))
        else:
            self._counts.note_read(thread_id, how)
        return Page(tuple(one for one in entries if one.at >= since), after.cursor(), in_order=False)

    def _in_thread(self, replies: Sequence[Payload], top: Payload, stream: Stream) -> list[Entry]:
        own = self._own(stream) if replies else set[str]()
        # Which the API leaves out of replies.
        where = {name: text(table(top, "snippet"), name) for name in ("videoId", "channelId")}
        head, said = _said_by(top), [one for one in map(_said_by, replies) if one is not None]
        entries: list[Entry] = []
        for reply in replies:
            whole = {**reply, "snippet": {**where, "parentId": text(top, "id"), **table(reply, "snippet")}}
            try:
                entries.append(self._entry(whole if head is None else in_thread(whole, head, said, own)))
            except MentionError:
                entries.append(self._entry(whole))  # it becomes a dead letter that says what is wrong with it
        return entries

    def _own(self, stream: Stream) -> set[str]:
        """The channels of the brand."""
        return {self._channel(handle) for handle in stream.own}

    def _channel(self, handle: str) -> str:
        """The id of a channel by its handle, which is looked up once."""
        if handle not in self._channels:
            what = f"the channel @{handle}"
            answer = self._api.get("channels", [("part", "id"), ("forHandle", f"@{handle}")], what)
            found = next((text(one, "id") for one in tables(answer.get("items"))), "")
            if not found:
                message = (
                    f"YouTube knows no channel @{handle}: see there what it is called, and add it under that name."
                )
                raise SourceError(SourceStatus.ACCOUNT_GONE, message)
            self._channels[handle] = found
        return self._channels[handle]

    def _subscribers_of(self, channels: Collection[str]) -> dict[str, int | None]:
        """How many have subscribed to each author's channel, where it says so and they are some."""
        if len(self._subscribers) > _MOST_KNOWN:
            self._subscribers.clear()
        unknown = sorted(one for one in channels - self._subscribers.keys() if not one.startswith("anon"))
        for start in range(0, len(unknown), _MOST_CHANNELS):
            batch = unknown[start : start + _MOST_CHANNELS]
            query = [("part", "statistics"), ("id", ",".join(batch)), ("maxResults", str(_MOST_CHANNELS))]
            answer = self._api.get("channels", query, "the channels of authors")
            found = {text(one, "id"): table(one, "statistics") for one in tables(answer.get("items"))}
            self._subscribers |= {one: _subscribers_in(found.get(one, {})) for one in batch}
        return {one: self._subscribers.get(one) for one in channels}

    def _entry(self, comment: Payload) -> Entry:
        at = time_or(table(comment, "snippet"), "publishedAt", self._clock())
        return Entry(version_of(comment) or name_of(comment, "id"), at, comment)


def _said_by(comment: Payload) -> Said | None:
    try:
        return said_by(comment)
    except MentionError:
        return None


def _thread_of(comment: Payload) -> str:
    return text(table(comment, "snippet"), "parentId") or text(comment, "id")


def _subscribers_in(statistics: Payload) -> int | None:
    # Google writes large numbers as texts.
    number = text(statistics, "subscriberCount")
    is_number = number.isascii() and number.isdecimal() and not statistics.get("hiddenSubscriberCount")
    return int(number[:12]) if is_number and int(number[:12]) >= _TELLING_SUBSCRIBERS else None
