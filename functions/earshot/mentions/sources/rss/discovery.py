"""Finds the feeds of a page: the page says where they are, by ``link rel=alternate``."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Protocol
from urllib.parse import urljoin

from earshot.mentions.source_state import SourceError, SourceStatus
from earshot.mentions.sources.rss.address import Validators, address_problem
from earshot.mentions.sources.rss.client import Answer
from earshot.mentions.sources.rss.document import Document, read_document
from earshot.plain_text import one_line

_LINK = re.compile(r"<link\b([^<>]{1,2000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"""([a-z-]{1,20})\s{0,5}=\s{0,5}(?:"([^"]{0,1000})"|'([^']{0,1000})'|([^\s"'>]{1,1000}))""", re.IGNORECASE
)
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/rdf+xml")
_COMMENTS = re.compile(r"comment|kommentar|commentaire|comentario|commenti", re.IGNORECASE)
_MAX_HEAD = 300_000  # characters of a page in which links to feeds are looked for


class Client(Protocol):
    """Gets a document. SourceError if it cannot."""

    def get(self, url: str, known: Validators = ...) -> Answer: ...


@dataclass(frozen=True, slots=True)
class FeedLink:
    """A feed that a page names."""

    url: str
    title: str = ""

    @property
    def is_of_comments(self) -> bool:
        """Whether it has the comments of all posts, and not the posts."""
        return _COMMENTS.search(f"{self.title} {self.url}") is not None


@dataclass(frozen=True, slots=True)
class Found:
    """A feed that can be read, and the other feeds that its page names."""

    document: Document
    others: tuple[FeedLink, ...] = ()


def find_feed(url: str, client: Client) -> Found:
    """The feed at ``url``, or the first of the page there, posts before comments.

    SourceError says what is wrong with the address, or that the page names no feed.
    """
    answer = client.get(url)
    try:
        return Found(read_document(answer))
    except SourceError:
        links = feeds_in(answer)
    if not links:
        raise SourceError(
            SourceStatus.MISCONFIGURED,
            f"{url} is no feed and names none. Look on the page for RSS or Atom; blogs often have theirs at /feed/, "
            "/rss or /atom.xml.",
        )
    first, *others = sorted(links, key=lambda link: link.is_of_comments)
    return Found(read_document(client.get(first.url)), tuple(others))


def feeds_in(answer: Answer) -> tuple[FeedLink, ...]:
    """The feeds that a page names, in its order."""
    page = (answer.body or b"").decode("utf-8", "replace")[:_MAX_HEAD]
    return tuple({link.url: link for link in _links(page, answer.url)}.values())


def _links(page: str, base: str) -> Iterator[FeedLink]:
    for tag in _LINK.finditer(page):
        attributes = {
            name.lower(): unescape(double or single or bare)
            for name, double, single, bare in _ATTRIBUTE.findall(tag[1])
        }
        is_feed = attributes.get("type", "").lower().partition(";")[0].strip() in _FEED_TYPES
        if not is_feed or "alternate" not in attributes.get("rel", "").lower().split():
            continue
        try:
            url = urljoin(base, attributes.get("href", "").strip())
        except ValueError:
            continue
        if address_problem(url) is None:
            yield FeedLink(url, one_line(attributes.get("title", "")))
