"""The posts that a request to the X stand-in selects: parameters and their limits, queries, and pages."""

import base64
import binascii
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from infra.local.x.posts import PostArchive, XPost

SEARCH_HISTORY = timedelta(days=7)
_TERM = re.compile(r'(-?)(?:(is|from|to|lang):)?("[^"]*"|[^\s()]+)')
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


class BadRequestError(Exception):
    """A parameter that X refuses, with X's own message where it is known, and the values refused by parameter."""

    def __init__(self, message: str, parameters: Mapping[str, Sequence[str]] | None = None) -> None:
        super().__init__(message)
        self.parameters = dict(parameters or {})


@dataclass(frozen=True, slots=True)
class Selection:
    """A page of posts, newest first, and the token of the next."""

    posts: Sequence[XPost]
    next_token: str | None


def mentions_of(archive: PostArchive, handle: str, posts: Sequence[XPost]) -> list[XPost]:
    """Posts that name a handle. X also lists reposts of such posts."""
    named = re.compile(rf"(?<![\w@])@{re.escape(handle)}(?!\w)", re.IGNORECASE)
    return [post for post in posts if named.search(archive.said(post))]


def matching(archive: PostArchive, query: str, posts: Sequence[XPost]) -> list[XPost]:
    """Posts that match a query: words, "phrases", @handles, #tags, from:, lang:, is:retweet, ``-``, OR, brackets."""
    if not query or len(query) > 512:
        raise BadRequestError("There were errors processing your request: query must be 1 to 512 characters long.")
    matches = _alternatives(query)
    return [post for post in posts if matches(archive, post)]


def page_of(
    posts: Sequence[XPost],
    params: Mapping[str, str],
    now: datetime,
    *,
    smallest: int,
    largest: int = 100,
    depth: int | None = None,
    history: timedelta | None = None,
) -> Selection:
    """Apply the window and the page; ``depth`` is how many of the newest posts are served at all."""
    size = min(_size(params, smallest), largest)
    chosen = _windowed(posts[:depth] if depth else posts, params, now, history)
    token = params.get("pagination_token") or params.get("next_token")
    if token:
        rank = _rank_of(token)
        chosen = [post for post in chosen if post.rank < rank]
    page = chosen[:size]
    return Selection(page, _token(page[-1]) if len(chosen) > size else None)


def counts_of(posts: Sequence[XPost], params: Mapping[str, str], now: datetime) -> dict[str, object]:
    """How many posts there are in each hour; X knows ``minute`` and ``day`` as well, which nobody here asks for."""
    if params.get("granularity") != "hour":
        raise BadRequestError("The stand-in counts by hour.")
    chosen = _windowed(posts, params, now, SEARCH_HISTORY)
    hours = Counter(post.created_at.replace(minute=0, second=0, microsecond=0) for post in chosen)
    data = [
        {"start": f"{hour:%Y-%m-%dT%H:%M:%S.000Z}", "end": f"{hour + timedelta(hours=1):%Y-%m-%dT%H:%M:%S.000Z}"}
        | {"tweet_count": count}
        for hour, count in sorted(hours.items())
    ]
    return {"data": data, "meta": {"total_tweet_count": len(chosen)}}


def _size(params: Mapping[str, str], smallest: int) -> int:
    text = params.get("max_results", "10")
    if not text.isdigit() or not smallest <= int(text) <= 100:
        raise BadRequestError(f"The `max_results` query parameter value [{text}] is not between {smallest} and 100")
    return int(text)


def _windowed(
    posts: Sequence[XPost], params: Mapping[str, str], now: datetime, history: timedelta | None
) -> Sequence[XPost]:
    by_id = {"since_id", "until_id"} & params.keys()
    if by_id and {"start_time", "end_time"} & params.keys():
        raise BadRequestError("Invalid use of 'since_id' or 'until_id' in conjunction with 'start_time' or 'end_time'.")
    if history is not None:
        posts = [post for post in posts if post.created_at >= now - history]
    if "since_id" in params:
        posts = _newer_than(params["since_id"], posts, now, history)
    if "until_id" in params:
        posts = [post for post in posts if _number(post.id) < _number(params["until_id"])]
    if "start_time" in params:
        start = _time(params, "start_time")
        if history is not None and start < now - history:
            oldest = f"{now - history:%Y-%m-%dT%H:%MZ}"
            raise BadRequestError(f"Invalid 'start_time':'{params['start_time']}'. It must be on or after {oldest}.")
        posts = [post for post in posts if post.created_at >= start]
    if "end_time" in params:
        end = _time(params, "end_time")
        if end > now - timedelta(seconds=10):
            raise BadRequestError("Invalid 'end_time': it must be a minimum of 10 seconds prior to the request time.")
        posts = [post for post in posts if post.created_at < end]
    return posts


def _newer_than(since_id: str, posts: Sequence[XPost], now: datetime, history: timedelta | None) -> Sequence[XPost]:
    newer = [post for post in posts if _number(post.id) > _number(since_id)]
    if history is not None and (not posts or _number(since_id) < _number(posts[-1].id)):
        raise BadRequestError(
            f"'since_id' must be a tweet id created after {now - history:%Y-%m-%dT%H:%MZ}. "
            "Please use a 'since_id' that is larger."
        )
    return newer


def _time(params: Mapping[str, str], name: str) -> datetime:
    if not _TIME.fullmatch(params[name]):
        raise BadRequestError(f"Invalid '{name}':'{params[name]}'.")
    return datetime.fromisoformat(params[name]).astimezone(UTC)


def _number(post_id: str) -> int:
    if not post_id.isdigit():
        raise BadRequestError(f"The id [{post_id}] is not valid.")
    return int(post_id)


def _token(post: XPost) -> str:
    return base64.urlsafe_b64encode(f"{post.created_at.isoformat()} {post.id}".encode()).decode().rstrip("=")


def _rank_of(token: str) -> tuple[datetime, int, str]:
    try:
        at, post_id = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode().split(" ")
        return (datetime.fromisoformat(at), len(post_id), post_id)
    except (binascii.Error, ValueError):
        raise BadRequestError(f"The `pagination_token` query parameter value [{token}] is not valid") from None


_Match = Callable[[PostArchive, XPost], bool]


def _alternatives(query: str) -> _Match:
    """One level of brackets around alternatives, and everything else at once: what Earshot and its users ask."""
    common = re.sub(r"\(([^()]*)\)", "", query)
    groups = [*re.findall(r"\(([^()]*)\)", query), *([common] if common.strip() else [])]
    wanted = [[_all(part) for part in re.split(r"\sOR\s", group)] for group in groups]
    return lambda archive, post: all(any(match(archive, post) for match in group) for group in wanted)


def _all(part: str) -> _Match:
    terms = [_term(*found) for found in _TERM.findall(part)]
    return lambda archive, post: all(match(archive, post) for match in terms)


def _term(minus: str, operator: str, value: str) -> _Match:
    value = value.strip('"')
    words = re.compile(rf"(?<!\w){re.escape(value)}(?!\w)", re.IGNORECASE)

    def matches(archive: PostArchive, post: XPost) -> bool:
        if operator == "is":
            kinds = {"retweet": post.reposted_id, "reply": post.in_reply_to_id, "quote": post.quoted_id}
            return bool(kinds.get(value))
        if operator == "from":
            return (post.author.handle or "").lower() == value.lstrip("@").lower()
        if operator == "lang":
            return post.lang == value
        return bool(words.search(archive.said(post)))

    return (lambda archive, post: not matches(archive, post)) if minus else matches
