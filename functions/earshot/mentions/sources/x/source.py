"""The X API v2, read through Tweepy with an app's bearer token. Only reads: nothing here can post.

Every call has a timeout, nothing sleeps, and every refusal becomes a SourceError whose message says what to do.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import requests
import tweepy
from requests.adapters import HTTPAdapter

from earshot.errors import MentionError
from earshot.mentions.feeds import Feed, FeedKind, FeedPage, Window
from earshot.mentions.source_state import SourceError, SourceStatus
from earshot.mentions.sources.x.posts import Brands, mentions_of_page

X_API_URL = "https://api.twitter.com"
TIMEOUT = (3.05, 10.0)  # seconds to connect (just above TCP's first retransmission), and between two packets
DEFAULT_WAIT = timedelta(minutes=15)  # X's rate-limit window, for an answer that does not say when it ends
_LONGEST_QUERY = 512
_FIELDS: dict[str, Any] = {
    "tweet_fields": "author_id,conversation_id,created_at,lang,in_reply_to_user_id,public_metrics,"
    "possibly_sensitive,note_tweet,referenced_tweets,edit_history_tweet_ids,entities",
    "expansions": "author_id,referenced_tweets.id,referenced_tweets.id.author_id",
    "user_fields": "public_metrics,verified,verified_type,username,name,profile_image_url,protected",
}

# At DEBUG Tweepy logs the headers of every request, the bearer token among them: whatever level is set, never.
logging.getLogger("tweepy.client").addFilter(lambda record: record.levelno > logging.DEBUG)


class XSource:
    """Reads feeds. ``token`` gives the bearer token; ``token(fresh=True)`` asks for it past any cache (a rotation)."""

    def __init__(
        self,
        token: Callable[..., str],
        brands: Brands,
        now: Callable[[], datetime],
        api_url: str = X_API_URL,
        timeout: tuple[float, float] = TIMEOUT,
    ) -> None:
        self._token = token
        self._brands = brands
        self._now = now
        self._adapter = _Adapter(api_url.rstrip("/"), timeout)
        self._client: tweepy.Client | None = None
        self._asked_afresh = False

    def user_id(self, handle: str) -> str:
        """The account number behind a handle; SourceError (misconfigured) if X knows no such account."""
        answer = self._call(lambda client: client.get_user(username=handle))
        found = answer.get("data")
        if not isinstance(found, Mapping) or not found.get("id"):
            message = f"X knows no account @{handle} (or it is suspended): check the brand handles in the settings."
            raise SourceError(SourceStatus.MISCONFIGURED, message)
        return str(found["id"])

    def read(self, feed: Feed, window: Window, user_id: str | None) -> FeedPage:
        """One page of a feed, newest post first. ``user_id`` is what ``user_id(feed.name)`` gave, None for a search."""
        if user_id is not None:
            self._brands = replace(self._brands, user_ids=self._brands.user_ids | {user_id})
        times = {"start_time": window.start, "end_time": window.end, "max_results": window.size} | _FIELDS
        if feed.kind is FeedKind.SEARCH:
            query = query_for(feed.name)
            answer = self._call(lambda c: c.search_recent_tweets(query, next_token=window.token, **times))
        else:
            name = "get_users_mentions" if feed.kind is FeedKind.MENTIONS else "get_users_tweets"
            answer = self._call(lambda c: getattr(c, name)(user_id, pagination_token=window.token, **times))
        try:
            return mentions_of_page(answer, self._brands, feed.name if feed.needs_user_id else None)
        except MentionError as error:
            raise SourceError(SourceStatus.UNAVAILABLE, f"X answered with what is no page of posts: {error}") from None

    def _call(self, ask: Callable[[tweepy.Client], Any]) -> Mapping[str, Any]:
        try:
            return self._ask(ask)
        except SourceError as error:
            if error.status is not SourceStatus.UNAUTHORISED or self._asked_afresh:
                raise
        # The token may have been rotated since it was cached: ask for it once more, and try with that.
        self._asked_afresh = True
        self._client = None
        return self._ask(ask)

    def _ask(self, ask: Callable[[tweepy.Client], Any]) -> Mapping[str, Any]:
        client = self._client = self._client or self._connect()
        try:
            answer = ask(client)
        except tweepy.HTTPException as error:
            raise _refusal(error.response, self._now()) from None
        except requests.JSONDecodeError:
            message = "X answered with a page that is no JSON (a proxy or an outage?): the next run tries again."
            raise SourceError(SourceStatus.UNAVAILABLE, message) from None
        except (requests.RequestException, tweepy.TweepyException) as error:
            # Never the error's own text: requests quotes a malformed Authorization header in it.
            raise SourceError(
                SourceStatus.UNAVAILABLE, f"X could not be reached ({type(error).__name__}): the next run tries again."
            ) from None
        except (AttributeError, TypeError, ValueError) as error:
            # Tweepy stumbles so over an error body that is JSON and no object, and over a reset that is no number.
            raise SourceError(
                SourceStatus.UNAVAILABLE,
                f"X answered with what nobody can read ({type(error).__name__}): the next run tries again.",
            ) from None
        if not isinstance(answer, Mapping):
            raise SourceError(SourceStatus.UNAVAILABLE, "X answered with JSON that is no object.")
        return answer

    def _connect(self) -> tweepy.Client:
        client = tweepy.Client(self._token(fresh=self._asked_afresh), return_type=dict, wait_on_rate_limit=False)
        client.session.mount("https://", self._adapter)
        return client


class _Adapter(HTTPAdapter):
    """Adds the timeout that Tweepy leaves out, and sends its requests to ``base`` (the X stand-in, on one machine)."""

    def __init__(self, base: str, timeout: tuple[float, float]) -> None:
        super().__init__()
        self._base = base
        self._timeout = timeout

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        options["timeout"] = self._timeout
        if self._base != X_API_URL and request.url:
            request.url = self._base + request.url.removeprefix(X_API_URL)
            options["proxies"] = {}  # A machine's proxy knows the way out, not the way to itself.
        return super().send(request, **options)


def query_for(term: str) -> str:
    """The search for a term: words in a row are searched as a phrase, and an operator in it is only a word."""
    words = term.replace('"', " ").split()
    query = words[0] if len(words) == 1 and words[0][0] in "@#$" else f'"{" ".join(words)}"'
    if len(query) > _LONGEST_QUERY:
        message = f"The search term '{term[:40]}...' is longer than the {_LONGEST_QUERY} characters that X takes."
        raise SourceError(SourceStatus.MISCONFIGURED, message)
    return query


def _refusal(response: requests.Response, now: datetime) -> SourceError:
    code, detail = response.status_code, _detail(response)
    if code == 400:
        stale = any(name in detail for name in ("since_id", "until_id", "start_time", "end_time"))
        status = SourceStatus.STALE_CHECKPOINT if stale else SourceStatus.MISCONFIGURED
        return SourceError(status, f"X does not accept the request: {detail} Check the handles and search terms.")
    if code == 401:
        return SourceError(SourceStatus.UNAUTHORISED, f"X refuses the bearer token: {detail} Store a valid one.")
    if code == 402:
        return SourceError(SourceStatus.OUT_OF_CREDIT, f"The X account is out of credit: {detail} Buy credit at X.")
    if code == 403:
        message = f"X does not allow it: {detail} Check at X that the app belongs to a project with read access."
        return SourceError(SourceStatus.FORBIDDEN, message)
    if code == 404:
        message = f"X does not find what was asked for: {detail} Check that the account still exists."
        return SourceError(SourceStatus.MISCONFIGURED, message)
    if code == 429:
        until = _reset(response, now)
        message = f"X asks to wait: {detail} Nothing is read before {until:%H:%M:%S} UTC, and nothing is lost by it."
        return SourceError(SourceStatus.RATE_LIMITED, message, until)
    return SourceError(SourceStatus.UNAVAILABLE, f"X fails with status {code}: {detail} The next run tries again.")


def _reset(response: requests.Response, now: datetime) -> datetime:
    """``x-rate-limit-reset`` is in epoch seconds. One in the past, or far ahead, is not believed."""
    try:
        until = datetime.fromtimestamp(int(response.headers["x-rate-limit-reset"]), UTC)
    except (KeyError, ValueError, OverflowError, OSError):
        return now + DEFAULT_WAIT
    return until if now < until <= now + timedelta(days=1) else now + DEFAULT_WAIT


def _detail(response: requests.Response) -> str:
    """What X itself says: problem JSON, or a list of errors, cut to a line."""
    try:
        problem = response.json()
    except requests.JSONDecodeError:
        problem = {}
    if not isinstance(problem, Mapping):
        return "(no reason given)."
    errors = problem.get("errors")
    messages = [str(e.get("message", "")) for e in errors if isinstance(e, Mapping)] if isinstance(errors, list) else []
    text = "; ".join(filter(None, [*messages, str(problem.get("detail") or problem.get("title") or "")]))
    return (text or "(no reason given)")[:300].rstrip(". ") + "."
