"""Reads an account's streams of Facebook: posts on the brand's page and posts that tag it, with their comments."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from earshot.errors import MentionError
from earshot.mentions.source_state import SourceError, SourceStatus
from earshot.mentions.sources.facebook.api import FacebookApi
from earshot.mentions.sources.facebook.posts import in_thread, mention_of, said_by, why_not_kept
from earshot.mentions.sources.social.accounts import Stream, StreamKind
from earshot.mentions.sources.social.reader import Converted, Entry, Page
from earshot.mentions.sources.social.threads import Said, Trail
from earshot.mentions.sources.social.values import Payload, name_of, table, tables, text, time_or

PAGE_SIZE, COMMENTS_SHOWN, COMMENTS_OF_A_PAGE = 25, 25, 100
# A new comment moves no post up: the comments on so many pages of posts are looked at each time.
FOLLOWED_PAGES, FOLLOWED_FOR = 4, timedelta(days=14)
_OF_A_COMMENT = (
    "id,message,created_time,from{id,name},parent{id,created_time,from{id,name}},permalink_url,message_tags,is_hidden"
)
_OF_A_POST = "id,message,story,created_time,from{id,name},permalink_url,shares,is_hidden,is_published,privacy{value}"
_IN_ORDER = ("filter", "stream"), ("order", "reverse_chronological")
_WITH_COMMENTS = (
    f"{_OF_A_POST},comments.filter(stream).order(reverse_chronological).limit({COMMENTS_SHOWN}){{{_OF_A_COMMENT}}}"
)


class FacebookNetwork:
    """Facebook as one page sees it. Every failure is a SourceError whose message names the remedy."""

    def __init__(self, api: FacebookApi, clock: Callable[[], datetime]) -> None:
        self._api = api
        self._clock = clock
        self._tagged_fields = _WITH_COMMENTS

    def page(self, stream: Stream, cursor: str | None, since: datetime) -> Page:
        """A page of posts with their comments, or of the comments on one. SourceError where Facebook refuses."""
        trail = Trail.of(cursor)
        if trail.below:
            return self._comments(stream, trail, since)
        answer = self._posts(stream, trail)
        posts = tables(answer.get("data"))
        entries: list[Entry] = []
        below: list[tuple[str, ...]] = []
        for post in posts:
            alone = {name: value for name, value in post.items() if name != "comments"}
            # Who may see a post may see its comments, and nobody else.
            comments = table(post, "comments") if why_not_kept(alone) is None else table({})
            found = self._in_thread(tables(comments.get("data")), alone, stream)
            entries += [self._entry(alone), *found]
            if after := _following(comments, found, since):
                below.append((*_head(alone), after))
        oldest = min((self._entry(post).at for post in posts), default=since)
        number, following = trail.number + 1, _after(answer)
        is_followed = number < FOLLOWED_PAGES and oldest >= self._clock() - FOLLOWED_FOR
        goes_on = bool(posts) and (oldest >= since or is_followed)
        after_this = Trail(following if goes_on else "", number, tuple(below))
        wanted, is_read_again = tuple(one for one in entries if one.at >= since), not is_followed and not below
        return Page(wanted, after_this.cursor(), in_order=False, is_read_again=is_read_again)

    def convert(self, stream: Stream, entries: Sequence[Entry]) -> Converted:
        """The mentions of entries."""
        converted, own = Converted(), self._own(stream) if entries else set[str]()
        page_id = self._api.page_id if entries else ""
        for entry in entries:
            if why := why_not_kept(entry.post):
                converted.not_kept[why] += 1
                continue
            converted.add(entry, lambda post=entry.post: mention_of(post, stream, own, page_id))
        return converted

    def _posts(self, stream: Stream, trail: Trail) -> Payload:
        more = [("limit", str(PAGE_SIZE)), *([("after", trail.page)] if trail.page else [])]
        page_id = self._api.page_id
        if stream.kind is StreamKind.PAGE:
            return self._api.get(f"{page_id}/feed", [("fields", _WITH_COMMENTS), *more], "the page")
        path, what = f"{page_id}/tagged", "posts that tag the page"
        try:
            return self._api.get(path, [("fields", self._tagged_fields), *more], what)
        except SourceError as error:
            # Other people's posts may be shown to an app, and what is said below them not.
            if error.status is not SourceStatus.FORBIDDEN or self._tagged_fields == _OF_A_POST:
                raise
            answer = self._api.get(path, [("fields", _OF_A_POST), *more], what)
            self._tagged_fields = _OF_A_POST
            return answer

    def _comments(self, stream: Stream, trail: Trail, since: datetime) -> Page:
        """A page of the comments on a post, from the newest on."""
        (post_id, created, author, name, token), *_ = trail.below
        fields = [("fields", _OF_A_COMMENT), *_IN_ORDER, ("limit", str(COMMENTS_OF_A_PAGE)), ("after", token)]
        after = trail.without_first()
        try:
            answer = self._api.get(f"{post_id}/comments", fields, f"the post {post_id}")
        except SourceError as error:
            # Deleted since it was listed, or its comments are denied: those on other posts are read all the same.
            if error.status not in (SourceStatus.ACCOUNT_GONE, SourceStatus.FORBIDDEN):
                raise
            is_denied = error.status is SourceStatus.FORBIDDEN
            return Page((), after.cursor(), in_order=False, cut_off=str(error) if is_denied else "")
        post = {"id": post_id, "created_time": created, "from": {"id": author, "name": name}}
        entries = self._in_thread(tables(answer.get("data")), post, stream)
        if following := _following(answer, entries, since):
            after = Trail(trail.page, trail.number, ((post_id, created, author, name, following), *after.below))
        return Page(tuple(one for one in entries if one.at >= since), after.cursor(), in_order=False)

    def _in_thread(self, comments: Sequence[Payload], post: Payload, stream: Stream) -> list[Entry]:
        own, others, entries = self._own(stream) if comments else set[str](), list[tuple[str, Said]](), list[Entry]()
        for comment in comments:
            try:
                others.append((text(table(comment, "parent"), "id"), said_by(comment)))
            except MentionError:
                continue
        for comment in comments:
            try:
                entries.append(self._entry(in_thread(comment, post, others, own)))
            except MentionError:
                # It becomes a dead letter that says what is wrong with it, or stands below a post that is one.
                entries.append(self._entry({**comment, "post_id": text(post, "id")}))
        return entries

    def _own(self, stream: Stream) -> set[str]:
        """The pages of the brand: that of the token, and others that are known by number."""
        return {self._api.page_id, *(one for one in stream.own if one.isdecimal())}

    def _entry(self, post: Payload) -> Entry:
        return Entry(name_of(post, "id"), time_or(post, "created_time", self._clock()), post)


def _head(post: Payload) -> tuple[str, str, str, str]:
    """What comments need to know of their post."""
    author = table(post, "from")
    return text(post, "id"), text(post, "created_time"), text(author, "id"), text(author, "name")


def _after(listed: Payload) -> str:
    """The cursor of the next page; empty: it is the last."""
    return text(table(listed, "paging", "cursors"), "after") if text(table(listed, "paging"), "next") else ""


def _following(comments: Payload, found: Sequence[Entry], since: datetime) -> str:
    """The cursor of the next comments, if there may be new ones among them."""
    return _after(comments) if found and min(one.at for one in found) >= since else ""
