"""Getting a document: what is refused, how much is read, and that no address leads into a private network."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from ipaddress import ip_address
from typing import Any

import pytest
import urllib3

from earshot.mentions.source_state import SourceError, SourceStatus
from earshot.mentions.sources.rss.address import Validators, address_problem, is_public, is_public_or_loopback
from earshot.mentions.sources.rss.client import MAX_REDIRECTS, FeedClient
from infra.local.feeds import server as faults
from infra.local.feeds.server import Fault, FeedServer, redirect
from tests.fakes import START, FakeClock

NEVER = Validators()


@pytest.fixture(scope="module")
def server() -> Iterator[FeedServer]:
    with FeedServer() as running:
        yield running


@pytest.fixture
def client() -> FeedClient:
    return FeedClient(FakeClock(), is_public_or_loopback, lambda: 1.0, urllib3.Timeout(connect=0.5, read=0.5))


def refused(client: FeedClient, url: str) -> SourceError:
    with pytest.raises(SourceError) as raised:
        client.get(url)
    return raised.value


@pytest.mark.parametrize("modified", [None, "Sat, 21 Nov 2026 08:00:00 GMT"], ids=["etag", "last-modified"])
def test_a_document_that_is_unchanged_is_not_sent_again(
    server: FeedServer, client: FeedClient, modified: str | None
) -> None:
    url = server.put("/a", "<rss/>", modified=modified)
    first = client.get(url)
    again = client.get(url, first.validators)
    assert (first.body, again.body) == (b"<rss/>", None)
    assert again.validators == first.validators != NEVER
    server.put("/a", "<rss></rss>", modified=modified and "Sat, 21 Nov 2026 09:00:00 GMT")
    assert client.get(url, first.validators).body == b"<rss></rss>"


@pytest.mark.parametrize(
    ("fault", "status", "says"),
    [
        (faults.GONE, SourceStatus.ACCOUNT_GONE, "earshot sources remove"),
        (faults.MISSING, SourceStatus.MISCONFIGURED, "404"),
        (faults.FORBIDDEN, SourceStatus.FORBIDDEN, "403"),
        (faults.FAILS, SourceStatus.UNAVAILABLE, "500"),
        (faults.TRICKLES, SourceStatus.UNAVAILABLE, "in time"),
        (faults.BOMB, SourceStatus.MISCONFIGURED, "2,000,000 bytes"),
        (faults.HUGE, SourceStatus.MISCONFIGURED, "2,000,000 bytes"),
        (faults.CUT_SHORT, SourceStatus.UNAVAILABLE, "broke off"),
        (redirect("ftp://a.example/"), SourceStatus.MISCONFIGURED, "no address"),
        (redirect(""), SourceStatus.MISCONFIGURED, "to nowhere"),
        (redirect("http://[bad"), SourceStatus.MISCONFIGURED, "no address"),
        (redirect("http://10.0.0.1/"), SourceStatus.MISCONFIGURED, "private network"),
        (redirect("http://169.254.169.254/latest/meta-data/"), SourceStatus.MISCONFIGURED, "private network"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_each_refusal_is_a_state_that_names_the_remedy(
    server: FeedServer, client: FeedClient, fault: Fault, status: SourceStatus, says: str
) -> None:
    url = server.put("/b", "<rss/>")
    server.inject("/b", fault)
    error = refused(client, url)
    assert (error.status, says in str(error)) == (status, True), str(error)
    assert client.get(url).body == b"<rss/>"


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("1800", timedelta(minutes=30)),
        ("Sat, 21 Nov 2026 10:00:00 GMT", timedelta(hours=1)),
        ("999999999", timedelta(days=1)),
        ("0", None),
        ("soon", None),
        ("Sat, 21 Nov 2026 08:00:00 GMT", None),
    ],
)
def test_a_server_that_wants_to_be_left_alone_is(
    server: FeedServer, client: FeedClient, header: str, wait: timedelta | None
) -> None:
    server.inject("/c", Fault(429, {"Retry-After": header}))
    error = refused(client, server.url + "/c")
    assert error.status is SourceStatus.RATE_LIMITED
    assert error.until == (None if wait is None else START + wait)


def test_redirects_are_followed_to_an_end_and_those_for_good_are_told(server: FeedServer, client: FeedClient) -> None:
    server.put("/new", "<rss/>")
    server.inject("/old", redirect("/new", 301), redirect("/new", 302))
    assert client.get(server.url + "/old").moved_to == server.url + "/new"
    assert client.get(server.url + "/old").moved_to is None
    before = len(server.asked)
    server.inject("/loop", *[redirect("/loop")] * 20)
    error = refused(client, server.url + "/loop")
    assert (error.status, len(server.asked) - before) == (SourceStatus.MISCONFIGURED, MAX_REDIRECTS + 1)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *("224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fd00:ec2::254", "ff02::1"),
        *("::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1"),
    ],
)
def test_no_address_of_a_private_network_is_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:93.184.216.34"])
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(ip_address(address))


def answering(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Have DNS give these addresses, another list each time it is asked; returns the names that it was asked for."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def look_up(host: str, *args: Any, **more: Any) -> Any:
        if not host.endswith(".example"):
            return real(host, *args, **more)
        asked.append(host)
        found = answers[min(len(asked), len(answers)) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, args[0])) for address in found]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


def test_a_name_that_leads_into_a_private_network_is_not_connected_to(
    server: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, ["127.0.0.1"])
    before = len(server.asked)
    error = refused(FeedClient(FakeClock()), f"http://blog.example:{server.port}/new")
    assert "private network" in str(error)
    assert len(server.asked) == before


def test_what_was_checked_is_what_is_connected_to(
    server: FeedServer, client: FeedClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The second answer, which another look-up would get, is another machine.
    asked = answering(monkeypatch, ["127.0.0.1"], ["10.0.0.9"])
    server.put("/rebound", "<rss/>")
    assert client.get(f"http://blog.example:{server.port}/rebound").body == b"<rss/>"
    assert asked == ["blog.example"]
    assert server.asked[-1].headers["Host"] == f"blog.example:{server.port}"


@pytest.mark.parametrize(
    "url",
    [
        *(
            "",
            "blog.example/feed",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "https://",
            "http://[::1",
            "http://a b/",
        ),
        *(
            "https://me:secret@blog.example/",
            "https://blog.example/" + "x" * 2_000,
            "http://a:99999/",
            "https://a\n.b/",
        ),
    ],
)
def test_what_is_no_address_of_a_page_is_said_to_be_none(url: str) -> None:
    assert address_problem(url) is not None
    assert address_problem("https://blog.example/feed/?format=rss") is None
