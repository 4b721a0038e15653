"""The X API v2, called through Tweepy with an app's bearer token. It only reads: nothing here can post.

Every call has a timeout, none sleeps, and every failure is raised as a SourceError whose message names the remedy.
"""

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol, cast
from urllib.parse import quote

import requests
import tweepy
from requests.adapters import HTTPAdapter

from earshot.aws.time_limit import TimeLimitError, call_within
from earshot.errors import MentionError
from earshot.mentions.feeds import Feed, FeedKind, FeedPage, PageRequest
from earshot.mentions.source_state import SourceError, SourceStatus
from earshot.mentions.sources.x.accounts import BrandAccounts
from earshot.mentions.sources.x.posts import (
    Payload,
    account_problem,
    is_page,
    mentions_of_page,
    posts_without_author,
    with_included,
)
from earshot.mentions.sources.x.refusals import refusal, unavailable
from earshot.mentions.sources.x.vocabulary import UnknownFieldsError, Vocabulary

X_API_URL = "https://api.x.com"
_TWEEPY_URL = "https://api.twitter.com"  # X's former host, which Tweepy calls
MAX_LOOKUP_IDS = 100
TIMEOUT = (3.05, 10.0)  # seconds to connect (just above TCP's first retransmission), and between two packets
TOTAL_SECONDS = 13.0  # for a whole call: X answers within a second or two, and a server that trickles would never end
RESERVED_SECONDS = 10.0  # of the run, to queue what was read, and to save the checkpoint
_MAX_QUERY_LENGTH = 512
_NOTHING: Mapping[str, str] = {}
_QUOTES = re.compile(r"quotes:@?(\w{1,30})", re.IGNORECASE)
# Refusals of a look-up that the next run would meet again: the page is read without what was looked up.
_LASTING = frozenset({SourceStatus.FORBIDDEN, SourceStatus.MISCONFIGURED, SourceStatus.INCOMPATIBLE})

# At DEBUG, Tweepy logs the headers of every request, the bearer token among them. They are never logged.
logging.getLogger("tweepy.client").addFilter(lambda record: record.levelno > logging.DEBUG)


class TokenProvider(Protocol):
    """Gives the bearer token; ``fresh`` bypasses its cache, because the token may have been rotated."""

    def __call__(self, *, fresh: bool = False) -> str:
        """The bearer token. SourceError if there is none."""
        ...


class _Client(Protocol):
    """The method of Tweepy's client that is called; Tweepy itself has no type annotations.

    Its methods for single operations know the old names of parameters only (Tweepy 4.17), so they are not called.
    """

    def request(self, method: str, route: str, params: Mapping[str, str]) -> requests.Response: ...


class XSource:
    """Reads feeds from X."""

    def __init__(
        self,
        token: TokenProvider,
        brands: BrandAccounts,
        now: Callable[[], datetime],
        api_url: str = X_API_URL,
        timeout: tuple[float, float] = TIMEOUT,
        vocabulary: Vocabulary = Vocabulary.TWEET,
        time_left: Callable[[], float] = lambda: TOTAL_SECONDS + RESERVED_SECONDS,
    ) -> None:
        """``vocabulary`` are the words in which a feed is asked for that X has not served yet."""
        self._token = token
        self._brands = brands
        self._now = now
        self._adapter = _Adapter(api_url.rstrip("/"), timeout, time_left)
        self._client: _Client | None = None
        self._token_refreshed = False
        self._vocabulary = vocabulary

    def user_id(self, handle: str) -> str:
        """The number of the account with this handle. SourceError (misconfigured) if X has no such account."""
        answer = self._get(f"/2/users/by/username/{quote(handle, safe='')}", {})
        user = answer.get("data")
        user_id = cast("Payload", user).get("id") if isinstance(user, Mapping) else None
        if not user_id and not answer.get("errors"):
            raise unavailable("X's answer names no account, and no reason.")
        if not user_id:
            message = f"X has no account @{handle}, or it is suspended. Check the brand handles in the settings."
            raise SourceError(SourceStatus.MISCONFIGURED, message)
        return str(user_id)

    def read(self, feed: Feed, request: PageRequest, user_id: str | None) -> FeedPage:
        """One page of a feed, newest post first. ``user_id`` is the result of ``user_id(feed.name)``, None for search.

        Raises SourceError if X refuses the request, cannot be reached, or answers with something else than posts.
        """
        if user_id is not None:
            self._brands = replace(self._brands, user_ids=self._brands.user_ids | {user_id})
        path, params = _location(feed, user_id), _parameters(feed, request)
        answer, words = self._read_posts(path, params, Vocabulary.of(request.vocabulary))
        if user_id is not None and (problem := account_problem(answer, user_id)):
            raise SourceError(
                SourceStatus.ACCOUNT_GONE,
                f"X no longer serves the account @{feed.name}: {problem} Nothing about it is heard. See on X whether "
                "it was suspended, deleted or protected. If the brand has another account, name it in the settings.",
            )
        if not is_page(answer):
            raise unavailable("X's answer was no page: it has neither posts nor their number.")
        answer, notes = self._with_authors(answer, words)
        if request.vocabulary not in (None, words):
            notes = (*notes, f"X refused {request.vocabulary} and accepted {words}: it is asked with that from now on.")
        try:
            page = mentions_of_page(answer, self._brands, self._brands.brand_of_feed(feed))
        except MentionError as error:
            raise SourceError(SourceStatus.UNAVAILABLE, f"X's answer was not a page of posts: {error}") from None
        return replace(page, notes=(*page.notes, *notes), vocabulary=words)

    def count(self, feed: Feed, start: datetime, end: datetime) -> int:
        """How many posts X counts that the search of a feed finds, in full hours within the last 7 days.

        Those that speak to a handle are counted without its own. SourceError as for ``read``.
        """
        search = feed.fallback or feed
        query = query_for(search.name) + ("" if search is feed else f" -from:{feed.name}")
        window = {"start_time": f"{start:%Y-%m-%dT%H:%M:%SZ}", "end_time": f"{end:%Y-%m-%dT%H:%M:%SZ}"}
        answer = self._get("/2/tweets/counts/recent", {"query": query, "granularity": "hour", **window})
        meta: object = answer.get("meta")
        fields: Payload = cast("Payload", meta) if isinstance(meta, Mapping) else {}
        # The name in the versions 2.166 and 2.167 of X's description.
        total = fields.get("total_tweet_count", fields.get("total_post_count"))
        if isinstance(total, bool) or not isinstance(total, int) or total < 0:
            raise unavailable("X's answer was no count.")
        return total

    def posts_by_id(self, ids: Sequence[str]) -> Payload:
        """X's answer about posts, at most ``MAX_LOOKUP_IDS``: those that it serves, and its errors about the others.

        SourceError if X refuses, cannot be reached, or answers with neither.
        """
        # What they refer to would be billed as well.
        answer, _ = self._read_posts("/2/tweets", {"ids": ",".join(ids)}, None, {"expansions": "author_id"})
        if not isinstance(answer.get("data") or [], list) or not (answer.get("data") or answer.get("errors")):
            raise unavailable("X's answer about posts has neither posts nor errors.")
        return answer

    def _read_posts(
        self, path: str, params: Mapping[str, str], words: Vocabulary | None, instead: Mapping[str, str] = _NOTHING
    ) -> tuple[Payload, Vocabulary]:
        """An answer with posts, and the words in which X gave it.

        X is asked in ``words``, or else those that it last accepted, and where it refuses them once in the others.
        ``instead`` are parameters in place of theirs.
        """
        words = words or self._vocabulary
        try:
            answer = self._get(path, {**params, **words.parameters, **instead})
        except UnknownFieldsError:
            words = words.other
            answer = self._get(path, {**params, **words.parameters, **instead})
        self._vocabulary = words
        return answer, words

    def _with_authors(self, answer: Payload, words: Vocabulary) -> tuple[Payload, tuple[str, ...]]:
        """The page with the authors of the posts that it reposts or quotes, and what is to be noted.

        In version 2.167 no expansion brings them, so X is asked for these posts. It bills no post twice a day.
        """
        ids = posts_without_author(answer)
        try:
            for start in range(0, len(ids), MAX_LOOKUP_IDS):
                batch = {"ids": ",".join(ids[start : start + MAX_LOOKUP_IDS])}
                answer = with_included(answer, self._read_posts("/2/tweets", batch, words)[0])
        except SourceError as error:
            if error.status not in _LASTING:
                raise
            return answer, (f"X does not say who wrote {len(ids)} reposted or quoted posts: {error}",)
        return answer, ()

    def _get(self, path: str, params: Mapping[str, str]) -> Payload:
        return self._call(lambda client: client.request("GET", path, params).json())

    def _call(self, method: Callable[[_Client], object]) -> Payload:
        try:
            return self._call_once(method)
        except SourceError as error:
            if error.status is not SourceStatus.UNAUTHORISED or self._token_refreshed:
                raise
        # The token may have been rotated since it was cached: get it again, once, and repeat the call.
        self._token_refreshed = True
        self._client = None
        return self._call_once(method)

    def _call_once(self, method: Callable[[_Client], object]) -> Payload:
        client = self._client = self._client or self._connect()
        try:
            answer = method(client)
        except tweepy.HTTPException as error:
            answered = cast("requests.Response", error.response)
            raise refusal(answered.status_code, answered.content, answered.headers, self._now()) from None
        except requests.JSONDecodeError:
            raise unavailable("X's answer was not JSON, perhaps because of a proxy or an outage.") from None
        except (requests.RequestException, tweepy.TweepyException) as error:
            # The text of the error is left out: requests quotes a malformed Authorization header in it.
            raise unavailable(f"X could not be reached ({type(error).__name__}).") from None
        except (AttributeError, TypeError, ValueError) as error:
            # Tweepy raises these for an error body that is JSON but not an object, and a reset that is not a number.
            raise unavailable(f"X's answer could not be read ({type(error).__name__}).") from None
        if not isinstance(answer, Mapping):
            raise unavailable("X's answer was not a JSON object.")
        return cast("Payload", answer)

    def _connect(self) -> _Client:
        token = self._token(fresh=self._token_refreshed)
        client = tweepy.Client(token, wait_on_rate_limit=False)
        client.session.mount("https://", self._adapter)
        return cast("_Client", client)


class _Adapter(HTTPAdapter):
    """Adds the timeouts that Tweepy leaves out, and sends requests to ``base``: X, or the local stand-in for it.

    ``time_left`` are the seconds of the run that are left: a call takes what is not reserved, at most TOTAL_SECONDS.
    """

    def __init__(self, base: str, timeout: tuple[float, float], time_left: Callable[[], float]) -> None:
        super().__init__()
        self._time_left = time_left
        # A stack that was deployed earlier still has the former host in its parameter.
        self._base = X_API_URL if base == _TWEEPY_URL else base
        self._timeout = timeout

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        options["timeout"] = self._timeout
        request.url = self._base + (request.url or "").removeprefix(_TWEEPY_URL)
        if self._base != X_API_URL:
            options["proxies"] = {}  # A proxy that is configured leads outside, not to this machine.
        seconds = min(TOTAL_SECONDS, self._time_left() - RESERVED_SECONDS)
        if seconds <= 0:
            raise requests.Timeout("no time was left for a call")

        def send() -> requests.Response:
            response = super(_Adapter, self).send(request, *args, **options)
            _ = response.content  # It is read here, within the limit, and kept.
            return response

        try:
            return call_within(seconds, send)
        except TimeLimitError as error:
            raise requests.Timeout(str(error)) from None


def _location(feed: Feed, user_id: str | None) -> str:
    if feed.kind is FeedKind.SEARCH:
        return "/2/tweets/search/recent"
    return f"/2/users/{user_id}/{'mentions' if feed.kind is FeedKind.MENTIONS else 'tweets'}"


def _parameters(feed: Feed, request: PageRequest) -> dict[str, str]:
    """The parameters of a request, but for its fields. X wants times in whole seconds."""
    is_search = feed.kind is FeedKind.SEARCH
    params = {"max_results": str(request.size), "start_time": f"{request.start:%Y-%m-%dT%H:%M:%SZ}"}
    if request.end is not None:
        params["end_time"] = f"{request.end:%Y-%m-%dT%H:%M:%SZ}"
    if request.token is not None:
        params["next_token" if is_search else "pagination_token"] = request.token
    return params | ({"query": query_for(feed.name)} if is_search else {})


def query_for(term: str) -> str:
    """The search query for a term: several words are a phrase, and operators in it are ordinary words.

    ``quotes:handle`` searches for quotes of the handle's posts: X has no timeline of them. SourceError (misconfigured)
    if it is longer than X allows.
    """
    quoted = _QUOTES.fullmatch(term)
    if quoted is not None:
        pages = " OR ".join(f'url:"{host}/{quoted[1]}/status"' for host in ("x.com", "twitter.com"))
        return f"({pages}) is:quote"
    words = term.replace('"', " ").split()
    query = words[0] if len(words) == 1 and words[0][0] in "@#$" else f'"{" ".join(words)}"'
    if len(query) > _MAX_QUERY_LENGTH:
        message = f"The search term '{term[:40]}...' is longer than the {_MAX_QUERY_LENGTH} characters that X allows."
        raise SourceError(SourceStatus.MISCONFIGURED, message)
    return query
