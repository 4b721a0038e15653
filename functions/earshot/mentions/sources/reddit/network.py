"""Reads an account's streams of Reddit: communities, searches, what the brand wrote, and threads about it."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from earshot.errors import MentionError
from earshot.mentions.source_state import SourceError, SourceStatus
from earshot.mentions.sources.reddit.api import RedditApi
from earshot.mentions.sources.reddit.posts import (
    COMMENT,
    NOT_ABOUT,
    SUBMISSION,
    Brand,
    Known,
    mention_of,
    version_of,
    why_not_kept,
    written_at,
)
from earshot.mentions.sources.social.accounts import Stream, StreamKind
from earshot.mentions.sources.social.client import Parameters
from earshot.mentions.sources.social.reader import Converted, Entry, Page
from earshot.mentions.sources.social.threads import ThreadCounts
from earshot.mentions.sources.social.values import Payload, count, name_of, table, tables, text

PAGE_SIZE = 100  # the most that is served, also of look-ups
MOST_LISTED = 1_000  # what a listing has, however much there is
MOST_IN_THREAD = 500
FOLLOWED_FOR = timedelta(days=14)
MOST_FOLLOWED = 100
_MOST_KNOWN = 20_000
_LOST = frozenset({SourceStatus.ACCOUNT_GONE, SourceStatus.FORBIDDEN})
# Less than what is read again each time: where all were refused by mistake, nothing is lost.
_LOST_FOR = timedelta(minutes=15)
_AT_ITS_END = f"Reddit lists the newest {MOST_LISTED:,} posts, and there were more since the last run."
_CUT_THREAD = f"Reddit shows {MOST_IN_THREAD} comments of a thread, and there were more since the last run."


class RedditNetwork:
    """Reddit as one app sees it. Every failure is a SourceError whose message names the remedy."""

    def __init__(self, api: RedditApi, clock: Callable[[], datetime]) -> None:
        self._api = api
        self._clock = clock
        self._brands: dict[Stream, Brand] = {}
        self._known: dict[str, Known | None] = {}  # by name; None: Reddit does not know it
        self._followed: dict[str, datetime] = {}  # threads by name, with when each was begun or last answered
        self._counts = ThreadCounts()
        self._lost: dict[str, datetime] = {}  # threads that are not served, with until when they are left alone

    def page(self, stream: Stream, cursor: str | None, since: datetime) -> Page:
        """A page of a stream. SourceError where Reddit refuses."""
        if stream.kind is StreamKind.THREADS:
            return self._threads(stream, cursor, since)
        path, query, what = _listing(stream)
        found, _, after = (cursor or "").partition(" ")
        more = [("limit", str(PAGE_SIZE)), *([("after", after), ("count", found)] if after else [])]
        listing = table(self._api.get(path, [*query, *more], what).values, "data")
        posts = _posts(listing.get("children"))
        total, following = int(found or 0) + len(posts), text(listing, "after")
        self._follow(stream, posts)
        cut_off = _AT_ITS_END if total >= MOST_LISTED - PAGE_SIZE and not following else ""
        return Page(tuple(map(self._entry, posts)), f"{total} {following}" if following else None, cut_off=cut_off)

    def convert(self, stream: Stream, entries: Sequence[Entry]) -> Converted:
        """The mentions of entries. SourceError where Reddit does not say what is needed of them."""
        converted, brand = Converted(), self._brand(stream)
        if stream.kind is StreamKind.THREADS:
            self._counts.settle({text(entry.post, "link_id") for entry in entries})
        posts = [(entry, why_not_kept(entry.post)) for entry in entries]
        above = self._above([entry.post for entry, why in posts if why is None], brand)
        for entry, gone in posts:
            why = gone or (None if brand.is_about(entry.post, above) else NOT_ABOUT)
            if why is not None:
                converted.not_kept[why] += 1
                continue
            converted.add(entry, lambda entry=entry: mention_of(entry.post, brand, above))
        return converted

    def _threads(self, stream: Stream, cursor: str | None, since: datetime) -> Page:
        """What is new in one of the threads about the brand, wherever they are. The cursor has those that follow."""
        names = self._changed(stream) if cursor is None else cursor.split()
        if not names:
            return Page(in_order=False)
        first, *others = names
        path = f"/comments/{first.removeprefix(SUBMISSION)}"
        query = [("sort", "new"), ("limit", str(MOST_IN_THREAD)), ("depth", "10")]
        try:
            answer = self._api.get(path, query, "a thread")
        except SourceError as error:
            if error.status not in _LOST:
                raise
            # Deleted since it was listed, or its community was closed: the threads behind it are read all the same.
            self._lost[first] = self._clock() + _LOST_FOR
            return Page((), " ".join(others) or None, in_order=False)
        # The submission, and what is below it.
        parts = [table(one, "data").get("children") for one in tables(answer.body)]
        submission = next(iter(_posts(parts[0])), None) if parts else None
        listed = parts[-1] if len(parts) > 1 else None
        posts = list(_flat(listed))
        if submission is not None:
            self._counts.note_read(first, _listed(submission))
            self._remember(self._brand(stream), [submission, *posts])
        entries = [one for one in map(self._entry, posts) if one.at >= since]
        top = [self._entry(one).at for one in _posts(listed)]
        is_cut = any(text(one, "kind") == "more" for one in tables(listed)) and bool(top) and min(top) >= since
        cut_off = _CUT_THREAD if is_cut else ""
        return Page(tuple(entries), " ".join(others) or None, in_order=False, cut_off=cut_off)

    def _changed(self, stream: Stream) -> list[str]:
        """The threads in which something may be new, the latest first."""
        oldest = self._clock() - FOLLOWED_FOR
        kept = sorted((at, name) for name, at in self._followed.items() if at >= oldest)[-MOST_FOLLOWED:]
        self._followed = {name: at for at, name in kept}
        self._lost = {name: until for name, until in self._lost.items() if self._clock() < until}
        names = [name for name in self._followed if name not in self._lost][::-1]
        listed = {text(one, "name"): _listed(one) for one in self._looked_up(names)}
        return [name for name in names if name in listed and not self._counts.is_settled(name, listed[name])]

    def _follow(self, stream: Stream, posts: Sequence[Payload]) -> None:
        """Read on what is said below what the brand wrote and what names it, where its community is not read whole."""
        read = {one.lower() for one in (*stream.account.places, *stream.account.own_places)}
        brand = self._brand(stream)
        for post in posts:
            name = text(post, "link_id") or text(post, "name")
            is_elsewhere = text(post, "subreddit").lower() not in read
            if name.startswith(SUBMISSION) and is_elsewhere and brand.is_about(post, {}):
                self._followed[name] = max(self._entry(post).at, self._followed.get(name, self._entry(post).at))

    def _above(self, posts: Sequence[Payload], brand: Brand) -> dict[str, Known]:
        """What is known of the submissions and posts that these answer. What is unknown is looked up."""
        wanted = {text(post, field) for post in posts for field in ("link_id", "parent_id")} - {""}
        unknown = sorted(name for name in wanted - self._known.keys() if name.startswith((SUBMISSION, COMMENT)))
        if unknown:
            self._remember(brand, self._looked_up(unknown))
            self._known |= {name: None for name in unknown if name not in self._known}
        return {name: known for name in wanted if (known := self._known.get(name)) is not None}

    def _remember(self, brand: Brand, posts: Iterable[Payload]) -> None:
        if len(self._known) > _MOST_KNOWN:
            self._known.clear()
        self._known |= {text(one, "name"): brand.known(one) for one in posts}

    def _looked_up(self, names: Collection[str]) -> Iterator[Payload]:
        ordered = list(names)
        for start in range(0, len(ordered), PAGE_SIZE):
            query = [("id", ",".join(ordered[start : start + PAGE_SIZE]))]
            answer = self._api.get("/api/info", query, "posts by their names")
            yield from _posts(table(answer.values, "data").get("children"))

    def _brand(self, stream: Stream) -> Brand:
        if stream not in self._brands:
            self._brands[stream] = Brand(stream)
        return self._brands[stream]

    def _entry(self, post: Payload) -> Entry:
        try:
            at = written_at(post)
        except MentionError:
            at = self._clock()
        return Entry(version_of(post) or name_of(post, "name"), at, post)


def _listing(stream: Stream) -> tuple[str, Parameters, str]:
    """The path and the query of what a stream lists, newest first, and what it is."""
    match stream.kind:
        case StreamKind.OWN:
            return f"/user/{stream.name}/overview", [("sort", "new")], f"the account {stream.name}"
        case StreamKind.COMMUNITY:
            return f"/r/{stream.name}/new", [], f"the community {stream.name}"
        case StreamKind.COMMENTS:
            return f"/r/{stream.name}/comments", [], f"the community {stream.name}"
        case _:
            phrase = f'"{stream.name}"' if len(stream.name.split()) > 1 else stream.name
            query = [("q", phrase), ("sort", "new"), ("t", "week"), ("type", "link"), ("include_over_18", "on")]
            return "/search", query, f"a search for {stream.name}"


def _listed(submission: Payload) -> str:
    """What tells that something was said below a submission: how many comments Reddit counts."""
    return str(count(submission, "num_comments") or 0)


def _posts(children: object) -> list[Payload]:
    """The posts of a listing."""
    return [table(one, "data") for one in tables(children) if text(one, "kind") in ("t1", "t3")]


def _flat(children: object) -> Iterator[Payload]:
    """The comments of a tree, without those below them."""
    waiting = _posts(children)
    while waiting:
        post = waiting.pop(0)
        waiting += _posts(table(post, "replies", "data").get("children"))
        yield {name: value for name, value in post.items() if name != "replies"}
