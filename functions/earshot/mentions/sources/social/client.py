"""An HTTP client for the JSON APIs of networks: bounded in time and size, without redirects, and it never sleeps.

urllib3 is in the layer already. The libraries of the networks are not: see docs/decisions/0058.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast
from urllib.parse import urlencode, urlsplit

import urllib3
from urllib3.exceptions import HTTPError

from earshot.aws.time_limit import TimeLimitError, call_within
from earshot.mentions.source_state import SourceError, SourceStatus
from earshot.mentions.sources.social.values import Payload

TIMEOUT = urllib3.Timeout(connect=3.05, read=10.0)  # seconds to connect, and between two packets
TOTAL_SECONDS = 13.0  # for a whole call: a server that trickles would never end
RESERVED_SECONDS = 10.0  # of the run, to queue what was read, and to save the checkpoint
MAX_BYTES = 8_000_000  # unpacked; a page of a hundred long posts has a tenth of it
DEFAULT_WAIT = timedelta(minutes=5)  # the window of both networks' limits, for an answer that does not say when it ends
_MOST_WAIT = timedelta(days=1)
_USER_AGENT = "Earshot (reads what is said to a brand; never posts)"

Parameters = Sequence[tuple[str, str]]
Headers = Mapping[str, str]
NO_HEADERS: Headers = {}


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: ``body`` is its JSON, None where it is none."""

    status: int
    headers: Mapping[str, str]
    body: object = None

    @property
    def values(self) -> Payload:
        """The body, where it is an object."""
        return cast("Payload", self.body) if isinstance(self.body, Mapping) else {}


class ApiClient:
    """Calls the API at ``base`` (https://..., or on this machine where ``allows_loopback``)."""

    def __init__(
        self,
        base: str,
        time_left: Callable[[], float] = lambda: TOTAL_SECONDS + RESERVED_SECONDS,
        *,
        allows_loopback: bool = False,
        timeout: urllib3.Timeout = TIMEOUT,
        user_agent: str = _USER_AGENT,
    ) -> None:
        parts = urlsplit(base)
        if parts.scheme != "https" and not (allows_loopback and parts.hostname == "127.0.0.1"):
            raise SourceError(SourceStatus.MISCONFIGURED, f"{base} does not begin with https://: correct its host.")
        self.host = parts.netloc
        self._base = base.rstrip("/")
        self._time_left = time_left
        self._allows_loopback, self._timeout, self._user_agent = allows_loopback, timeout, user_agent
        self._pool = urllib3.PoolManager(timeout=timeout, retries=False, maxsize=2)

    def at(self, base: str | None = None, user_agent: str | None = None) -> "ApiClient":
        """A client as this one for another address of the same network, or by another name; None: the same."""
        return ApiClient(
            base or self._base,
            self._time_left,
            allows_loopback=self._allows_loopback,
            timeout=self._timeout,
            user_agent=user_agent or self._user_agent,
        )

    def get(
        self, path: str, parameters: Parameters = (), token: str | None = None, headers: Headers = NO_HEADERS
    ) -> Answer:
        """An answer with any status. SourceError where there is none, or where a success is no JSON."""
        query = f"?{urlencode(parameters, errors='replace')}" if parameters else ""
        return self._send("GET", path + query, token, headers, None)

    def post(self, path: str, body: Payload | None = None, token: str | None = None) -> Answer:
        """The same for a POST, of which there are those that make and renew a session."""
        headers = {} if body is None else {"Content-Type": "application/json"}
        return self._send("POST", path, token, headers, None if body is None else json.dumps(body).encode())

    def post_form(self, path: str, fields: Parameters, user: str, password: str) -> Answer:
        """The same for a form, signed in with name and password: so OAuth 2.0 has it for an app's own token."""
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            **urllib3.make_headers(basic_auth=f"{user}:{password}"),
        }
        return self._send("POST", path, None, headers, urlencode(fields).encode())

    def _send(self, method: str, target: str, token: str | None, more: Headers, body: bytes | None) -> Answer:
        headers = {"User-Agent": self._user_agent, "Accept": "application/json", "Accept-Encoding": "gzip", **more}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        seconds = min(TOTAL_SECONDS, self._time_left() - RESERVED_SECONDS)
        if seconds <= 0:
            raise unavailable("No time was left for a call.")

        def call() -> Answer:
            response = self._pool.request(
                method, self._base + target, headers=headers, body=body, redirect=False, preload_content=False
            )
            try:
                return self._read(response)
            finally:
                response.release_conn()

        try:
            return call_within(seconds, call)
        except TimeLimitError:
            raise unavailable(f"{self.host} did not answer in time.") from None
        except HTTPError as error:
            # The text of the error is left out: it may quote what was sent.
            raise unavailable(f"{self.host} could not be reached ({type(error).__name__}).") from None

    def _read(self, response: urllib3.BaseHTTPResponse) -> Answer:
        read = bytearray()
        for piece in response.stream(65_536, decode_content=True):
            read += piece
            if len(read) > MAX_BYTES:
                response.close()
                raise unavailable(f"{self.host} sent more than {MAX_BYTES:,} bytes.")
        try:
            body: object = json.loads(read)
        except (ValueError, RecursionError):
            if 200 <= response.status < 300:
                raise unavailable(
                    f"The answer of {self.host} was not JSON, perhaps because of a proxy or an outage."
                ) from None
            body = None
        return Answer(response.status, {name.lower(): value for name, value in response.headers.items()}, body)


def unavailable(problem: str) -> SourceError:
    """The error for an answer that could not be had or read; ``problem`` says why."""
    return SourceError(SourceStatus.UNAVAILABLE, f"{problem} The next run tries again.")


def limit_ends_in(seconds: str | None, now: datetime) -> datetime:
    """When a rate limit ends, by a header that says in how many seconds (Reddit, and ``Retry-After``)."""
    text = (seconds or "").strip()
    try:
        wait = timedelta(seconds=float(text))
    except (ValueError, OverflowError):
        return now + DEFAULT_WAIT
    return now + wait if timedelta(0) < wait <= _MOST_WAIT else now + DEFAULT_WAIT


def limit_ends(header: str | None, now: datetime) -> datetime:
    """When a rate limit ends, by its header: epoch seconds (Bluesky) or RFC 3339 (Mastodon).

    A time that cannot be read, in the past or more than a day ahead is not used.
    """
    text = (header or "").strip()
    try:
        until = datetime.fromtimestamp(int(text), UTC) if text.isdecimal() else datetime.fromisoformat(text)
        until = until if until.tzinfo else until.replace(tzinfo=UTC)
        is_usable = now < until <= now + _MOST_WAIT
    except (ValueError, OverflowError, OSError):
        return now + DEFAULT_WAIT
    return until.astimezone(UTC) if is_usable else now + DEFAULT_WAIT
