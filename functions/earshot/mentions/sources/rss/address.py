"""The address of a feed, what a server gave with a document, and what its refusals mean: without a network."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import SplitResult, urlsplit

from earshot.mentions.source_state import SourceError, SourceStatus

MAX_ADDRESS_LENGTH = 1_000
_MOST_WAIT = timedelta(hours=24)
_NAT64 = b"\x00\x64\xff\x9b"

Address = IPv4Address | IPv6Address


def is_public(address: Address) -> bool:
    """Whether an address is one of the internet, also where IPv6 only wraps an IPv4 address."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if address.packed.startswith(_NAT64):
            inner = IPv4Address(address.packed[-4:])
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast


def is_public_or_loopback(address: Address) -> bool:
    """What a developer's machine may read as well: a server on itself. Never on AWS."""
    return address.is_loopback or is_public(address)


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave with a document, by which it can be asked whether there is a newer one."""

    etag: str | None = None
    modified: str | None = None


NO_VALIDATORS = Validators()


def refusal(host: str, status: int, retry_after: str | None, now: datetime) -> SourceError:
    """What an answer that is no document means, with the time until which the server asks to be left alone."""
    until = _until(retry_after, now)
    if status == 410:
        return SourceError(
            SourceStatus.ACCOUNT_GONE, f"{host} says that it is gone for good (HTTP 410): `earshot sources remove` it."
        )
    if status == 404:
        return misconfigured(f"{host} has nothing there (HTTP 404). See where the feed is now, and add that.", until)
    if status in (401, 402, 403, 407, 451):
        message = f"{host} refuses (HTTP {status}): it wants a sign-in, or no readers like Earshot."
        return SourceError(SourceStatus.FORBIDDEN, message, until)
    if status == 429:
        return SourceError(SourceStatus.RATE_LIMITED, f"{host} is asked too often (HTTP 429).", until)
    if 400 <= status < 500 and status != 408:
        return misconfigured(f"{host} refuses the request (HTTP {status}).", until)
    return SourceError(SourceStatus.UNAVAILABLE, f"{host} answers with HTTP {status}.", until)


def address_problem(url: str) -> str | None:
    """What is wrong with the address of a feed as it is written, with the remedy; None: nothing."""
    try:
        checked(url)
    except SourceError as error:
        return str(error)
    return None


def checked(url: str) -> SplitResult:
    """The parts of a whole http address, with a host. SourceError (misconfigured) where it is none."""
    try:
        parts = urlsplit(url) if len(url) <= MAX_ADDRESS_LENGTH and url.isprintable() and " " not in url else None
        is_whole = parts is not None and parts.scheme in ("http", "https") and bool(parts.hostname)
        port = parts.port if parts is not None else None
    except ValueError:
        parts, is_whole, port = None, False, None
    if parts is None or not is_whole or port == 0:
        raise misconfigured(f"{url[:80]!r} is no address of a page: write it as https://blog.example/feed/.")
    if parts.username or parts.password:
        raise misconfigured("The address has a user name or a password in it, which would be stored: leave it out.")
    return parts


def _until(retry_after: str | None, now: datetime) -> datetime | None:
    """The end of a wait, of seconds or a date; one day at most, and None where it says nothing that can be read."""
    text = (retry_after or "").strip()
    try:
        if text.isdecimal() and len(text) < 10:
            until = now + timedelta(seconds=int(text))
        elif text:
            date = parsedate_to_datetime(text)
            until = date if date.tzinfo else date.replace(tzinfo=UTC)
        else:
            return None
    except (ValueError, OverflowError):
        return None
    return min(until, now + _MOST_WAIT) if until > now else None


def misconfigured(message: str, until: datetime | None = None) -> SourceError:
    """What somebody has to correct."""
    return SourceError(SourceStatus.MISCONFIGURED, message, until)


def unavailable(message: str) -> SourceError:
    """What usually passes by itself."""
    return SourceError(SourceStatus.UNAVAILABLE, message)
