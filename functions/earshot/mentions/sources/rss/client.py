"""An HTTP client for addresses that strangers name: bounded in time and size, and never into a private network.

A feed names further addresses (redirects, the feed of its comments), and its DNS can say anything. So each address is
looked up here, checked, and connected to as it was checked: a name that answers differently the second time (DNS
rebinding) is not asked a second time. urllib3 does the rest; no library among those that are packed pins addresses.
"""

import socket
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from ipaddress import ip_address
from urllib.parse import urljoin

import urllib3
from urllib3.exceptions import HTTPError, LocationParseError, SSLError
from urllib3.util import Url, parse_url

from earshot.aws.time_limit import TimeLimitError, call_within
from earshot.mentions.source_state import SourceError
from earshot.mentions.sources.rss.address import (
    NO_VALIDATORS,
    Address,
    Validators,
    checked,
    is_public,
    misconfigured,
    refusal,
    unavailable,
)

MAX_DOCUMENT_BYTES = 2_000_000  # unpacked; the feed of a blog with whole posts has a fifth of it
MAX_REDIRECTS = 5
TIMEOUT = urllib3.Timeout(connect=3.05, read=8.0)  # seconds to connect, and between two packets
TOTAL_SECONDS = 20.0  # with all redirects, and the last byte: a server that trickles would never end
_PORTS = frozenset({80, 443, 8080, 8443})
_CHUNK = 65_536
_MOST_ADDRESSES = 2  # of a host that are tried
_USER_AGENT = "Earshot (feed reader; asks with ETag and Last-Modified)"
_ACCEPT = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.9, text/html;q=0.5, */*;q=0.1"
_MOVED, _MOVED_FOR_GOOD = frozenset({301, 302, 303, 307, 308}), frozenset({301, 308})


@dataclass(frozen=True, slots=True)
class Answer:
    """A document. ``body`` is None where it is unchanged. ``url`` is where it was found at last.

    ``moved_to`` is the address that redirects name for good, None where there is none.
    """

    url: str
    body: bytes | None
    content_type: str = ""
    validators: Validators = NO_VALIDATORS
    moved_to: str | None = None


class FeedClient:
    """Gets documents. ``is_allowed`` says which addresses may be connected to."""

    def __init__(
        self,
        now: Callable[[], datetime],
        is_allowed: Callable[[Address], bool] = is_public,
        time_left: Callable[[], float] = lambda: TOTAL_SECONDS,
        timeout: urllib3.Timeout = TIMEOUT,
    ) -> None:
        self._now = now
        self._is_allowed = is_allowed
        self._time_left = time_left
        self._timeout = timeout

    def get(self, url: str, known: Validators = NO_VALIDATORS) -> Answer:
        """The document at ``url``, if it is not the one that ``known`` came with. SourceError names the remedy."""
        try:
            return call_within(min(TOTAL_SECONDS, self._time_left()), lambda: self._follow(url, known))
        except TimeLimitError:
            raise unavailable(f"{_host(url)} did not send the whole document in time.") from None

    def _follow(self, url: str, known: Validators) -> Answer:
        moved_to, for_good = None, True
        for _ in range(MAX_REDIRECTS + 1):
            target = _parsed(url)
            response = self._request(target, known)
            try:
                if response.status not in _MOVED:
                    return replace(self._read(url, response, known), moved_to=moved_to)
                location = response.headers.get("Location")
            finally:
                response.close()
            if not location:
                raise misconfigured(f"{target.host} redirects to nowhere (HTTP {response.status}).")
            try:
                url = urljoin(url, location)
            except ValueError:
                message = f"{target.host} redirects to what is no address (HTTP {response.status})."
                raise misconfigured(message) from None
            for_good = for_good and response.status in _MOVED_FOR_GOOD
            moved_to = url if for_good else moved_to
        raise misconfigured(
            f"It redirects more than {MAX_REDIRECTS} times. Open it in a browser, and add where it ends."
        )

    def _request(self, target: Url, known: Validators) -> urllib3.BaseHTTPResponse:
        host = target.host or ""
        headers = {"Host": target.netloc or host, "User-Agent": _USER_AGENT, "Accept": _ACCEPT}
        headers["Accept-Encoding"] = "gzip, deflate"
        if known.etag:
            headers["If-None-Match"] = known.etag
        if known.modified:
            headers["If-Modified-Since"] = known.modified
        problem: SourceError | None = None
        for address in self._addresses(target):
            pool = self._pool(target, address)
            try:
                return pool.urlopen(
                    "GET",
                    target.request_uri,
                    headers=headers,
                    redirect=False,
                    retries=False,
                    preload_content=False,
                    assert_same_host=False,
                )
            except SSLError:
                problem = misconfigured(f"The certificate of {host} is not trusted.")
            except HTTPError as error:
                problem = unavailable(f"{host} could not be reached ({type(error).__name__}).")
        raise problem or unavailable(f"{host} has no address.")

    def _pool(self, target: Url, address: str) -> urllib3.HTTPConnectionPool:
        if target.scheme == "https":
            # The certificate is that of the name, though the connection is to the address.
            return urllib3.HTTPSConnectionPool(
                address,
                _port(target),
                timeout=self._timeout,
                cert_reqs="CERT_REQUIRED",
                assert_hostname=target.host,
                server_hostname=target.host,
            )
        return urllib3.HTTPConnectionPool(address, _port(target), timeout=self._timeout)

    def _addresses(self, target: Url) -> list[str]:
        """The addresses of the host that may be connected to, IPv4 first: Lambda has no other by itself."""
        host = (target.host or "").strip("[]")
        try:
            found = socket.getaddrinfo(host, _port(target), type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise unavailable(f"{host} is not known to DNS. Check the address of the feed.") from None
        addresses = [ip_address(str(one[4][0]).partition("%")[0]) for one in found]
        allowed = [one for one in dict.fromkeys(addresses) if self._is_allowed(one)]
        if not allowed:
            raise misconfigured(f"{host} leads into a private network, which Earshot does not read.")
        if _port(target) not in _PORTS and not any(one.is_loopback for one in allowed):
            raise misconfigured(f"Port {_port(target)} is none that feeds are read from: {sorted(_PORTS)}.")
        allowed.sort(key=lambda one: one.version)
        return [f"[{one}]" if one.version == 6 else str(one) for one in allowed[:_MOST_ADDRESSES]]

    def _read(self, url: str, response: urllib3.BaseHTTPResponse, known: Validators) -> Answer:
        if response.status == 304:
            return Answer(url, None, validators=known)
        if response.status != 200:
            raise refusal(_host(url), response.status, response.headers.get("Retry-After"), self._now())
        body = bytearray()
        try:
            # Unpacked piece by piece: a few bytes can unpack to gigabytes.
            for piece in response.stream(_CHUNK, decode_content=True):
                body += piece
                if len(body) > MAX_DOCUMENT_BYTES:
                    raise misconfigured(f"It has more than {MAX_DOCUMENT_BYTES:,} bytes. Name a feed of fewer items.")
        except HTTPError as error:
            raise unavailable(f"{_host(url)} broke off its answer ({type(error).__name__}).") from None
        validators = Validators(_header(response, "ETag"), _header(response, "Last-Modified"))
        return Answer(url, bytes(body), response.headers.get("Content-Type", "")[:200], validators)


def _port(target: Url) -> int:
    return target.port or (443 if target.scheme == "https" else 80)


def _host(url: str) -> str:
    return checked(url).hostname or ""


def _parsed(url: str) -> Url:
    checked(url)
    try:
        return parse_url(url)
    except LocationParseError:
        raise misconfigured(f"{url[:80]!r} is no address of a page: write it as https://blog.example/feed/.") from None


def _header(response: urllib3.BaseHTTPResponse, name: str) -> str | None:
    """A header that will be sent back; None where it is longer than one has to be."""
    value = response.headers.get(name)
    return value if value and len(value) <= 500 and value.isprintable() else None
