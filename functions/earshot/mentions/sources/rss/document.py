"""Reads the bytes of an RSS or Atom document with feedparser, which knows ten formats and mends what is malformed."""

import multiprocessing
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from typing import Any, cast
from urllib.parse import urljoin

import feedparser

from earshot.mentions.source_state import SourceError, SourceStatus
from earshot.mentions.sources.rss.client import Answer
from earshot.mentions.sources.rss.plain import plain_text
from earshot.plain_text import one_line
from earshot.timestamps import EARLIEST_YEAR, LATEST_YEAR

# feedparser takes up to 15 s for the largest document, if it is malformed as well.
PARSE_SECONDS = 30.0
MAX_ENTRIES = 300  # of one document, the first ones, which are the newest
MAX_TEXT = 25_000  # characters, as of the longest post on X
_MAX_TITLE = 500
_NUMBERED = re.compile(rb"&#(x[0-9a-f]+|[0-9]+);?", re.IGNORECASE)
_TOO_INTRICATE = "The document is too intricate to be read as a feed."


@dataclass(frozen=True, slots=True)
class Entry:
    """One item, in plain text. ``guid`` is its id by its feed. ``comments_url`` is the feed of its comments.

    ``parent`` is the id of what it is a comment on, ``parent_page`` the page of that; None where it does not say.
    """

    guid: str | None
    link: str | None
    title: str
    body: str
    author: str | None = None
    author_uri: str | None = None
    author_email: str | None = None
    published: datetime | None = None
    updated: datetime | None = None
    parent: str | None = None
    parent_page: str | None = None
    comments_url: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A feed. ``url`` is where it is; ``is_malformed``: read as far as that is possible."""

    url: str
    title: str
    entries: tuple[Entry, ...]
    is_malformed: bool = False


@dataclass(frozen=True, slots=True)
class _Parsed:
    """What the process that parses sends: plain data."""

    document: Document
    version: str


def read_document(answer: Answer) -> Document:
    """The feed in an answer. SourceError (misconfigured) where it is something else, such as a page."""
    assert answer.body is not None, "an unchanged document has no body"
    try:
        parsed = _parsed_apart(answer)
    except (EOFError, OSError):  # the process ended by itself, such as for want of memory
        raise SourceError(SourceStatus.INCOMPATIBLE, _TOO_INTRICATE) from None
    if isinstance(parsed, str):
        raise SourceError(SourceStatus.INCOMPATIBLE, f"The document cannot be read as a feed ({parsed}).")
    if not parsed.document.entries and (not parsed.version or _is_page(answer.body)):
        raise SourceError(
            SourceStatus.MISCONFIGURED,
            "There is no RSS or Atom feed at this address. `earshot sources add` finds that of a page.",
        )
    return parsed.document


def _parsed_apart(answer: Answer) -> _Parsed | str:
    """What is in the answer, or the name of the error. EOFError and OSError: the process gave no answer.

    A process of its own reads it: a few kilobytes can keep a regular expression of feedparser busy for hours, which
    holds up all threads, and nothing but the end of its process ends it. A pipe needs no /dev/shm, which Lambda lacks.
    """
    has_fork = "fork" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("fork") if has_fork else multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    with receiver:
        with sender:
            process = context.Process(target=_parse_and_send, args=(sender, answer), daemon=True)
            process.start()
        try:
            if not receiver.poll(PARSE_SECONDS):
                raise SourceError(SourceStatus.INCOMPATIBLE, _TOO_INTRICATE)
            return receiver.recv()
        finally:
            process.kill()
            process.join()
            process.close()


def _parse_and_send(sender: "Connection[_Parsed | str, object]", answer: Answer) -> None:
    """What the process does."""
    try:
        result = _parse(answer)
    except Exception as error:  # noqa: BLE001 - whatever a malformed document does to the library
        result = type(error).__name__
    sender.send(result)


def _parse(answer: Answer) -> _Parsed:
    headers = {"content-type": answer.content_type, "content-location": answer.url}
    body = _NUMBERED.sub(_with_character, answer.body or b"")
    parsed: Any = feedparser.parse(body, response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    is_malformed = bool(parsed.bozo) and _is_serious(parsed)
    entries: list[Entry] = []
    for one in parsed.entries[:MAX_ENTRIES]:
        try:
            entries.append(_entry(one, answer.url))
        except Exception:  # noqa: BLE001 - whatever a stranger wrote into one entry, the others are read
            is_malformed = True
    title = one_line(plain_text(_text(parsed.feed, "title")))[:_MAX_TITLE]
    return _Parsed(Document(answer.url, title, tuple(entries), is_malformed), str(parsed.version or ""))


def _with_character(reference: re.Match[bytes]) -> bytes:
    """The reference to a character; that to U+FFFD where there is no such one: feedparser would drop the whole feed."""
    digits = reference[1].lower()
    if len(digits) > 20:  # Python refuses to read a number of thousands of digits
        return b"&#65533;"
    number = int(digits[1:], 16) if digits.startswith(b"x") else int(digits)
    return b"&#65533;" if 0xD800 <= number < 0xE000 or number > 0x10FFFF or not number else reference[0]


def _is_page(body: bytes) -> bool:
    return b"<html" in body[:2_000].lower()


def _is_serious(parsed: Any) -> bool:
    """Not where only the declared encoding was wrong, which feedparser mends."""
    return not isinstance(
        parsed.get("bozo_exception"), feedparser.CharacterEncodingOverride | feedparser.NonXMLContentType
    )


def _entry(entry: Mapping[str, Any], base: str) -> Entry:
    contents = [_text(one, "value") for one in _mappings(entry.get("content"))]
    body = max([*contents, _text(entry, "summary")], key=len)
    author = _mapping(entry.get("author_detail"))
    reply = _mapping(entry.get("thr_in-reply-to"))
    link = _address(base, _text(entry, "link")) or _link(entry, base, "alternate")
    return Entry(
        guid=_text(entry, "id")[:2_000] or None,
        link=link,
        title=one_line(plain_text(_text(entry, "title")))[:_MAX_TITLE],
        body=plain_text(body)[:MAX_TEXT],
        author=one_line(plain_text(_text(author, "name") or _text(entry, "author")))[:200] or None,
        author_uri=_address(base, _text(author, "href")),
        author_email=_text(author, "email")[:200] or None,
        published=_time(entry.get("published_parsed")),
        updated=_time(entry.get("updated_parsed")),
        parent=_text(reply, "ref")[:2_000] or None,
        parent_page=_address(base, _text(reply, "href")),
        comments_url=_address(base, _text(entry, "wfw_commentrss")) or _link(entry, base, "replies"),
    )


def _link(entry: Mapping[str, Any], base: str, rel: str) -> str | None:
    """The address of a link of this kind; of replies only the feed of them, not the page."""
    for link in _mappings(entry.get("links")):
        if link.get("rel") == rel and (rel != "replies" or "xml" in _text(link, "type")):
            return _address(base, _text(link, "href"))
    return None


def _address(base: str, text: str) -> str | None:
    """A whole http address; None for anything else, such as ``javascript:``."""
    try:
        url = urljoin(base, text.strip()) if text.strip() else ""
    except ValueError:
        return None
    return url if url.lower().startswith(("http://", "https://")) and len(url) <= 2_000 and url.isprintable() else None


def _time(parsed: object) -> datetime | None:
    """A time as feedparser gives it, in UTC; None where no post can be from then."""
    if not isinstance(parsed, tuple):
        return None
    try:
        at = datetime(*cast("tuple[int, ...]", parsed)[:6], tzinfo=UTC)
    except (ValueError, OverflowError, TypeError):
        return None
    return at if EARLIEST_YEAR <= at.year < LATEST_YEAR else None


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def _mapping(value: object) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else {}


def _mappings(value: object) -> list[Mapping[str, Any]]:
    items = cast("list[object]", value) if isinstance(value, list) else []
    return [_mapping(item) for item in items]
