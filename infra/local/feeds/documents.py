"""Writes feeds as the programs of blogs write them: WordPress's RSS with its comment feeds, and Atom with threads."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape

_RSS = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wfw="http://wellformedweb.org/CommentAPI/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"'
)
_ATOM = 'xmlns="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0"'


@dataclass(frozen=True, slots=True)
class FeedItem:
    """A post or a comment, in HTML. ``in_reply_to`` is the id of what it answers, ``comments`` the feed below it."""

    link: str
    html: str
    author: str = ""
    title: str = ""
    at: datetime | None = None
    guid: str = ""
    comments: str = ""
    in_reply_to: str = ""
    updated: datetime | None = None


def rss(title: str, link: str, items: Iterable[FeedItem]) -> str:
    """An RSS 2.0 document."""
    inside = "".join(map(_rss_item, items))
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" {_RSS}><channel><title>{escape(title)}</title>'
        f"<link>{escape(link)}</link>{inside}</channel></rss>"
    )


def atom(title: str, link: str, items: Iterable[FeedItem]) -> str:
    """An Atom document, in which comments say what they answer."""
    inside = "".join(map(_atom_entry, items))
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><feed {_ATOM}><title>{escape(title)}</title><id>{escape(link)}</id>'
        f"{inside}</feed>"
    )


def _rss_item(item: FeedItem) -> str:
    date = format_datetime(item.at.astimezone(UTC)) if item.at else ""
    parts = [
        ("title", item.title),
        ("link", item.link),
        ("guid", item.guid),
        ("dc:creator", item.author),
        ("pubDate", date),
        ("wfw:commentRss", item.comments),
    ]
    inside = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in parts if value)
    return f"<item>{inside}<description>{escape(item.html)}</description></item>"


def _atom_entry(item: FeedItem) -> str:
    parts = [
        ("id", item.guid or item.link),
        ("title", item.title),
        ("published", _iso(item.at)),
        ("updated", _iso(item.updated or item.at)),
    ]
    inside = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in parts if value)
    inside += f"<author><name>{escape(item.author)}</name></author>" if item.author else ""
    inside += f'<link rel="alternate" type="text/html" href="{escape(item.link)}"/>'
    if item.comments:
        inside += f'<link rel="replies" type="application/atom+xml" href="{escape(item.comments)}"/>'
    if item.in_reply_to:
        inside += f'<thr:in-reply-to ref="{escape(item.in_reply_to)}"/>'
    return f'<entry>{inside}<content type="html">{escape(item.html)}</content></entry>'


def _iso(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat() if at else ""
