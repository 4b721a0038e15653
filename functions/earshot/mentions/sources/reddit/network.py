"""Reads an account's streams of Reddit: communities, searches, what the brand wrote, and threads about it."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import cast

from earshot.errors import MentionError
from earshot.mentions.source_state import SourceError, SourceStatus
from earshot.mentions.sources.reddit.api import RedditApi
from earshot.mentions.sources.reddit.followed import FOLLOWED_FOR, FollowedThreads
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
from earshot.mentions.sources.social.pace import overlap_of
from earshot.mentions.sources.social.reader import Converted, Entry, Page
from earshot.mentions.sources.social.values import Payload, count, name_of, table, tables, text

PAGE_SIZE = 100  # the most that is served, also of look-ups
MOST_LISTED = 1_000  # what a listing has, however much there is
MOST_IN_THREAD = 500
_MOST_KNOWN = 20_000
# Of a thread that are named and not shown: so many are looked up, a hundred by one call.
_MOST_NOT_SHOWN = 500
# Below so many of the deepest comments that a thread shows it is looked further, by a call each.
_MOST_DEEPER = 5
_LOST = frozenset({SourceStatus.ACCOUNT_GONE, SourceStatus.FORBIDDEN})
_FOLLOWED, _MORE = (StreamKind.OWN, StreamKind.SEARCH), "more"
_AT_ITS_END = f"Reddit lists the newest {MOST_LISTED:,} posts, and there were more since the last run."
_CUT_THREAD = f"More than {_MOST_NOT_SHOWN} comments of a thread were written since the last run that it does not show."
_DEEP_THREAD = "More branches of a thread go deeper than it is shown than are followed: it does not show what is below."
_PLACE_LOST = "Reddit did not go on where a listing had been read to."


class RedditNetwork:
    """Reddit as one app sees it. Every failure is a SourceError whose message names the remedy."""

    def __init__(self, api: RedditApi, clock: Callable[[], datetime]) -> None:
        self._api = api
        self._clock = clock
        self._brands: dict[Stream, Brand] = {}
        self._known: dict[str, Known | None] = {}  # by name; None: Reddit does not know it
        self._followed = FollowedThreads()
        # By listing: where what was there before this process began is read on, one page a run; None: it was.
        self._back: dict[str, str | None] = {}

    def page(self, stream: Stream, cursor: str | None, since: datetime) -> Page:
        """A page of a stream. SourceError where Reddit refuses."""
        if stream.kind is StreamKind.THREADS:
            return self._threads(stream, cursor, since)
        page = self._listed(stream, cursor)
        if cursor is None and stream.kind in _FOLLOWED:
            self._look_back(stream, page.cursor)
        return page

    def convert(self, stream: Stream, entries: Sequence[Entry]) -> Converted:
        """The mentions of entries. SourceError where Reddit does not say what is needed of them."""
        converted, brand = Converted(), self._brand(stream)
        if stream.kind is StreamKind.THREADS:
            self._followed.settle({text(entry.post, "link_id") for entry in entries})
        posts = [(entry, why_not_kept(entry.post)) for entry in entries]
        above = self._above([entry.post for entry, why in posts if why is None], brand)
        for entry, gone in posts:
            why = gone or (None if brand.is_about(entry.post, above) else NOT_ABOUT)
            if why is not None:
                converted.not_kept[why] += 1
                continue
            converted.add(entry, lambda entry=entry: mention_of(entry.post, brand, above))
        return converted

    def _listed(self, stream: Stream, cursor: str | None) -> Page:
        """A page of a listing. The threads on it are followed."""
        path, query, what = _listing(stream)
        found, _, after = (cursor or "").partition(" ")
        more = [("limit", str(PAGE_SIZE)), *([("after", after), ("count", found)] if after else [])]
        listing = table(self._api.get(path, [*query, *more], what).values, "data")
        posts = _posts(listing.get("children"))
        total, following = int(found or 0) + len(posts), text(listing, "after")
        self._follow(stream, posts)
        cut_off = _AT_ITS_END if total >= MOST_LISTED - PAGE_SIZE and not following else ""
        # It had said that there was more.
        cut_off = _PLACE_LOST if after and not posts else cut_off
        return Page(tuple(map(self._entry, posts)), f"{total} {following}" if following else None, cut_off=cut_off)

    def _look_back(self, stream: Stream, following: str | None) -> None:
        """Find the threads that were begun before this process was, on the pages behind the first."""
        place = self._back.setdefault(stream.key, following)
        if place is None:
            return
        with suppress(SourceError):  # the next run tries again
            page = self._listed(stream, place)
            oldest = min((one.at for one in page.entries), default=self._clock() - FOLLOWED_FOR)
            self._back[stream.key] = page.cursor if oldest > self._clock() - FOLLOWED_FOR else None

    def _threads(self, stream: Stream, cursor: str | None, since: datetime) -> Page:
        """What is new in one of the threads about the brand, wherever they are. The cursor has those that follow."""
        if cursor is not None:
            return self._thread(stream, cursor.split(), since)
        listed = {text(one, "name"): _comments_of(one) for one in self._looked_up(self._followed.due(self._clock()))}
        turn = self._followed.turn(listed, self._clock(), overlap_of(stream))
        page = self._thread(stream, turn.names, since) if turn.names else Page(in_order=False)
        return replace(page, cut_off=page.cut_off or turn.lost, is_capped=turn.is_capped)

    def _thread(self, stream: Stream, names: Sequence[str], since: datetime) -> Page:
        first, *others = names
        try:
            parts = self._parts(first)
        except SourceError as error:
            if error.status not in _LOST:
                raise
            # Deleted since it was listed, or its community was closed: the threads behind it are read all the same.
            self._followed.leave_alone(first, self._clock())
            return Page((), " ".join(others) or None, in_order=False)
        # The submission, and what is below it.
        submission = next(iter(_posts(parts[0])), None) if parts else None
        shown, has_deeper = self._with_deeper(first, list(_flat(parts[-1] if len(parts) > 1 else None)))
        posts = [one for one in shown if _MORE not in one]
        hidden, is_cut = self._not_shown(shown, since)
        posts += hidden
        if submission is not None:
            self._followed.note_read(first, _comments_of(submission))
            self._remember(self._brand(stream), [submission, *posts])
        entries = [one for one in map(self._entry, posts) if one.at >= since]
        cut_off = _CUT_THREAD if is_cut else _DEEP_THREAD if has_deeper else ""
        return Page(tuple(entries), " ".join(others) or None, in_order=False, cut_off=cut_off)

    def _parts(self, thread: str, below: str = "") -> list[object]:
        """A submission, and what is shown below it, or below one of its comments."""
        query = [("sort", "new"), ("limit", str(MOST_IN_THREAD)), ("depth", "10")]
        query += [("comment", below.removeprefix(COMMENT))] if below else []
        answer = self._api.get(f"/comments/{thread.removeprefix(SUBMISSION)}", query, "a thread")
        return [table(one, "data").get("children") for one in tables(answer.body)]

    def _with_deeper(self, thread: str, shown: Sequence[Payload]) -> tuple[list[Payload], bool]:
        """What a thread shows, and what stands below its deepest comments, which it does not even name.

        The newest of them first; also whether there were more than are asked for.
        """
        found, asked = list(shown), set[str]()
        while deepest := {text(one, "parent_id") for one in found if _goes_on(one)} - asked:
            if len(asked) >= _MOST_DEEPER:
                return found, True
            parent = max(deepest, key=lambda name: (len(name), name))
            asked.add(parent)
            try:
                parts = self._parts(thread, parent)
            except SourceError as error:
                if error.status not in _LOST:
                    raise
                continue
            known = {text(one, "name") for one in found if _MORE not in one}
            below = _flat(parts[-1] if len(parts) > 1 else None)
            found += [one for one in below if _MORE in one or text(one, "name") not in known]
        return found, False

    def _not_shown(self, shown: Sequence[Payload], since: datetime) -> tuple[list[Payload], bool]:
        """The comments that a thread names and does not show, the newest first, down to ``since``.

        Also whether there were more of them than are asked for.
        """
        ids = {one for more in shown for one in _ids_in(more)}
        # Ids rise with time: the longer, the newer.
        names = [f"{COMMENT}{one}" for one in sorted(ids, key=lambda one: (len(one), one), reverse=True)]
        found: list[Payload] = []
        for start in range(0, min(len(names), _MOST_NOT_SHOWN), PAGE_SIZE):
            page = list(self._looked_up(names[start : start + PAGE_SIZE]))
            found += page
            if not page or min(self._entry(one).at for one in page) < since:
                return found, False
        return found, len(names) > _MOST_NOT_SHOWN

    def _follow(self, stream: Stream, posts: Sequence[Payload]) -> None:
        """Read on what is said below what the brand wrote and what names it, where its community is not read whole."""
        read = {one.lower() for one in (*stream.account.places, *stream.account.own_places)}
        brand = self._brand(stream)
        for post in posts:
            name = text(post, "link_id") or text(post, "name")
            is_elsewhere = text(post, "subreddit").lower() not in read
            if name.startswith(SUBMISSION) and is_elsewhere and brand.is_about(post, {}):
                self._followed.follow(name, self._entry(post).at)

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


def _comments_of(submission: Payload) -> str:
    """What tells that something was said below a submission: how many comments Reddit counts."""
    return str(count(submission, "num_comments") or 0)


def _posts(children: object) -> list[Payload]:
    """The posts of a listing."""
    return [table(one, "data") for one in tables(children) if text(one, "kind") in ("t1", "t3")]


def _flat(children: object) -> Iterator[Payload]:
    """The comments of a tree, without those below them; and what names comments that are not shown."""
    waiting = tables(children)
    while waiting:
        one = waiting.pop(0)
        post = table(one, "data")
        if text(one, "kind") == _MORE:
            yield {_MORE: post.get("children"), "parent_id": post.get("parent_id")}
        elif text(one, "kind") == "t1":
            waiting += tables(table(post, "replies", "data").get("children"))
            yield {name: value for name, value in post.items() if name != "replies"}


def _goes_on(one: Payload) -> bool:
    """Whether it stands for what is below a comment, and names none of it: "continue this thread"."""
    return _MORE in one and not one[_MORE] and text(one, "parent_id").startswith(COMMENT)


def _ids_in(more: Payload) -> Iterator[str]:
    listed: object = more.get(_MORE)
    for one in cast("list[object]", listed) if isinstance(listed, list) else []:
        if isinstance(one, str) and one.isascii() and one.isalnum():
            yield one
