"""The X API v2, called through Tweepy with an app's bearer token. It only reads: nothing here can post.

Every call has a timeout, none sleeps, and every failure is raised as a SourceError whose message names the remedy.
"""

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, cast

import requests
import tweepy
from requests.adapters import HTTPAdapter

from earshot.aws.time_limit import TimeLimitError, call_within
from earshot.errors import MentionError
from earshot.mentions.feeds import Feed, FeedKind, FeedPage, PageRequest
from earshot.mentions.source_state import SourceError, SourceStatus
from earshot.mentions.sources.x.accounts import BrandAccounts
from earshot.mentions.sources.x.posts import Payload, mentions_of_page

X_API_URL = "https://api.twitter.com"
TIMEOUT = (3.05, 10.0)  # seconds to connect (just above TCP's first retransmission), and between two packets
TOTAL_SECONDS = 13.0  # for a whole call: X answers within a second or two, and a server that trickles would never end
RESERVED_SECONDS = 10.0  # of the run, to queue what was read, and to save the checkpoint
DEFAULT_WAIT = timedelta(minutes=15)  # X's rate-limit window, for an answer that does not say when it ends
_MAX_QUERY_LENGTH = 512
_QUOTES = re.compile(r"quotes:@?(\w{1,30})", re.IGNORECASE)
_FIELDS: dict[str, Any] = {
    "tweet_fields": "author_id,conversation_id,created_at,lang,in_reply_to_user_id,public_metrics,"
    "possibly_sensitive,note_tweet,referenced_tweets,edit_history_tweet_ids,entities",
    "expansions": "author_id,referenced_tweets.id,referenced_tweets.id.author_id",
    "user_fields": "public_metrics,verified,verified_type,username,name,profile_image_url,protected",
}
# By the HTTP status of X's answer. ``detail`` is what X itself says.
_REFUSALS = {
    401: (SourceStatus.UNAUTHORISED, "X rejected the bearer token: {detail} Store a valid token in the secret."),
    402: (SourceStatus.OUT_OF_CREDIT, "The X account is out of credit: {detail} Buy more credit from X."),
    403: (
        SourceStatus.FORBIDDEN,
        "X denied access: {detail} Check at X that the app belongs to a project with read access.",
    ),
    404: (SourceStatus.MISCONFIGURED, "X did not find the account: {detail} Check that it still exists."),
}

# At DEBUG, Tweepy logs the headers of every request, the bearer token among them. They are never logged.
logging.getLogger("tweepy.client").addFilter(lambda record: record.levelno > logging.DEBUG)


class TokenProvider(Protocol):
    """Gives the bearer token; ``fresh`` bypasses its cache, because the token may have been rotated."""

    def __call__(self, *, fresh: bool = False) -> str:
        """The bearer token. SourceError if there is none."""
        ...


class _Client(Protocol):
    """The methods of Tweepy's client that are called, all of which read; Tweepy itself has no type annotations."""

    def get_user(self, *, username: str) -> object: ...
    def get_users_mentions(self, id: str | None, **options: Any) -> object: ...
    def get_users_tweets(self, id: str | None, **options: Any) -> object: ...
    def search_recent_tweets(self, query: str, **options: Any) -> object: ...


class XSource:
    """Reads feeds from X."""

    def __init__(
        self,
        token: TokenProvider,
        brands: BrandAccounts,
        now: Callable[[], datetime],
        api_url: str = X_API_URL,
        timeout: tuple[float, float] = TIMEOUT,
        time_left: Callable[[], float] = lambda: TOTAL_SECONDS + RESERVED_SECONDS,
    ) -> None:
        self._token = token
        self._brands = brands
        self._now = now
        self._adapter = _Adapter(api_url.rstrip("/"), timeout, time_left)
        self._client: _Client | None = None
        self._token_refreshed = False

    def user_id(self, handle: str) -> str:
        """The number of the account with this handle. SourceError (misconfigured) if X has no such account."""
        user = self._call(lambda client: client.get_user(username=handle)).get("data")
        user_id = cast("Payload", user).get("id") if isinstance(user, Mapping) else None
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
        options = {"start_time": request.start, "end_time": request.end, "max_results": request.size} | _FIELDS
        token = request.token
        if feed.kind is FeedKind.SEARCH:
            query = query_for(feed.name)
            answer = self._call(lambda client: client.search_recent_tweets(query, next_token=token, **options))
        elif feed.kind is FeedKind.MENTIONS:
            answer = self._call(lambda client: client.get_users_mentions(user_id, pagination_token=token, **options))
        else:
            answer = self._call(lambda client: client.get_users_tweets(user_id, pagination_token=token, **options))
        try:
            return mentions_of_page(answer, self._brands, self._brands.brand_of_feed(feed))
        except MentionError as error:
            raise SourceError(SourceStatus.UNAVAILABLE, f"X's answer was not a page of posts: {error}") from None

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
            raise _refusal(cast("requests.Response", error.response), self._now()) from None
        except requests.JSONDecodeError:
            raise _unavailable("X's answer was not JSON, perhaps because of a proxy or an outage.") from None
        except (requests.RequestException, tweepy.TweepyException) as error:
            # The text of the error is left out: requests quotes a malformed Authorization header in it.
            raise _unavailable(f"X could not be reached ({type(error).__name__}).") from None
        except (AttributeError, TypeError, ValueError) as error:
            # Tweepy raises these for an error body that is JSON but not an object, and a reset that is not a number.
            raise _unavailable(f"X's answer could not be read ({type(error).__name__}).") from None
        if not isinstance(answer, Mapping):
            raise _unavailable("X's answer was not a JSON object.")
        return cast("Payload", answer)

    def _connect(self) -> _Client:
        token = self._token(fresh=self._token_refreshed)
        # Tweepy accepts ``dict`` here, which its defaults do not show.
        client = tweepy.Client(token, return_type=cast("Any", dict), wait_on_rate_limit=False)
        client.session.mount("https://", self._adapter)
        return cast("_Client", client)


class _Adapter(HTTPAdapter):
    """Adds the timeouts that Tweepy leaves out, and sends requests to ``base`` (the local stand-in for X).

    ``time_left`` are the seconds of the run that are left: a call takes what is not reserved, at most TOTAL_SECONDS.
    """

    def __init__(self, base: str, timeout: tuple[float, float], time_left: Callable[[], float]) -> None:
        super().__init__()
        self._time_left = time_left
        self._base = base
        self._timeout = timeout

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        options["timeout"] = self._timeout
        if self._base != X_API_URL and request.url:
            request.url = self._base + request.url.removeprefix(X_API_URL)
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


def _unavailable(problem: str) -> SourceError:
    return SourceError(SourceStatus.UNAVAILABLE, f"{problem} The next run tries again.")


def _refusal(response: requests.Response, now: datetime) -> SourceError:
    """The error for an answer of X with an HTTP status of 400 or more."""
    code, detail = response.status_code, _detail(response)
    if code in _REFUSALS:
        status, message = _REFUSALS[code]
        return SourceError(status, message.format(detail=detail))
    if code == 400:
        is_stale = any(name in detail for name in ("since_id", "until_id", "start_time", "end_time"))
        status = SourceStatus.STALE_CHECKPOINT if is_stale else SourceStatus.MISCONFIGURED
        return SourceError(status, f"X rejected the request: {detail} Check the handles and search terms.")
    if code == 429:
        until = _rate_limit_reset(response, now)
        message = f"X's rate limit is reached: {detail} Fetching continues at {until:%H:%M:%S} UTC. No posts are lost."
        return SourceError(SourceStatus.RATE_LIMITED, message, until)
    return _unavailable(f"X answered with status {code}: {detail}")


def _rate_limit_reset(response: requests.Response, now: datetime) -> datetime:
    """``x-rate-limit-reset`` is in epoch seconds. A time in the past, or more than a day ahead, is not used."""
    try:
        until = datetime.fromtimestamp(int(response.headers["x-rate-limit-reset"]), UTC)
    except (KeyError, ValueError, OverflowError, OSError):
        return now + DEFAULT_WAIT
    return until if now < until <= now + timedelta(days=1) else now + DEFAULT_WAIT


def _detail(response: requests.Response) -> str:
    """X's own explanation, from problem JSON or a list of errors, cut to 300 characters."""
    try:
        problem: object = response.json()
    except requests.JSONDecodeError:
        problem = {}
    if not isinstance(problem, Mapping):
        return "(no reason given)."
    fields = cast("Payload", problem)
    listed: list[object] = fields["errors"] if isinstance(fields.get("errors"), list) else []
    messages = [str(cast("Payload", error).get("message", "")) for error in listed if isinstance(error, Mapping)]
    text = "; ".join(filter(None, [*messages, str(fields.get("detail") or fields.get("title") or "")]))
    return (text or "(no reason given)")[:300].rstrip(". ") + "."
