"""What the items of a feed are: which post, of which conversation, by whom, in answer to what.

A post is known by its page, so that it is one post in the feed of its blog and in the alerts of a search engine, and
the comments below it find it. Where items have no page of their own, as reviews in an app store, it is known by its id.
"""

import hashlib
import re
from base64 import b32encode
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

from earshot.mentions.mention import Author
from earshot.mentions.sources.rss.document import Document, Entry
from earshot.mentions.sources.rss.subscription import Subscription

_ID_LENGTH, _DIGEST_LENGTH = 20, 8
_COMMENT = re.compile(r"comment|respond|reply|c\d", re.IGNORECASE)
_OF_A_COMMENT = frozenset({"showcomment", "replytocom", "commentid", "comment_id"})
_OF_A_CAMPAIGN = re.compile(r"utm_|fbclid$|gclid$|ref$|mc_[ce]id$", re.IGNORECASE)
_ALERT_HOST = re.compile(r"(?:www\.)?google\.[a-z.]{2,6}")
_MAX_FIELDS = 50  # of the query of a link
# An address that stands for everybody, as Blogger gives it for all who write there.
_NOBODYS_ADDRESS = re.compile(r"(?:no[-_.]?reply|do[-_.]?not[-_.]?reply)@", re.IGNORECASE)
_NOBODY = frozenset({"", "anonymous", "anonym", "unknown", "guest", "gast", "admin"})


@dataclass(frozen=True, slots=True)
class Item:
    """An entry, and what it is. ``key`` is how its feed is known to name it, ``id`` the id of its mention.

    ``parent_key`` is the key of what it says that it answers. ``digest`` is that of its text.
    """

    entry: Entry
    key: str
    id: str
    conversation_id: str
    text: str
    author: Author
    is_comment: bool
    is_own: bool
    link: str | None
    page: str | None = None
    parent_key: str | None = None
    digest: str = ""


def items_of(
    document: Document,
    feed: Subscription,
    ids: Mapping[str, str],
    page: str | None = None,
    skip: Callable[[Exception], None] = lambda _: None,
) -> tuple[Item, ...]:
    """The items of a document. ``ids`` are those that items have by their keys from earlier readings.

    ``page`` is that of the post whose comments the document has; None: it is the feed itself. ``skip`` is told the
    error of each entry that cannot be read, which costs no other entry.
    """
    pairs: list[tuple[Entry, str | None]] = []
    pages: Counter[str | None] = Counter()
    for entry in document.entries:
        try:
            link = _unwrapped(entry.link)
            pages[page_of(link)] += 1
            pairs.append((entry, link))
        except Exception as error:  # noqa: BLE001 - whatever a stranger wrote into one entry
            skip(error)
    shared = {shared_page for shared_page, count in pages.items() if shared_page and count > 1}
    found: list[Item] = []
    for entry, link in pairs:
        try:
            found.append(_item(entry, link, document, feed, ids, page, shared))
        except Exception as error:  # noqa: BLE001 - the same
            skip(error)
    return tuple({item.key: item for item in reversed(found)}.values())[::-1]


def page_of(link: str | None) -> str | None:
    """What names the page of a link, without what changes from link to link; None where it is the host alone."""
    parts = _split(link)
    if parts is None or not parts.hostname:
        return None
    query = [
        (name, value)
        for name, value in _fields(parts.query)
        if name.lower() not in _OF_A_COMMENT and not _OF_A_CAMPAIGN.match(name)
    ]
    path = parts.path.rstrip("/")
    page = f"{_site(parts.hostname)}{path}" + (f"?{urlencode(query)}" if query else "")
    return page if path or query else None


def is_of_site(url: str, page: str) -> bool:
    """Whether an address is on the site of a page, which ``page_of`` named."""
    parts = _split(url)
    site = page.partition("/")[0].partition("?")[0]
    return parts is not None and bool(parts.hostname) and _site(parts.hostname or "") == site


def digest_of(*parts: str, length: int = _ID_LENGTH) -> str:
    """A name for texts, in letters and digits."""
    hashed = hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).digest()
    return b32encode(hashed).decode().lower()[:length]


def answered_by_name(item: Item, others: Sequence[Item]) -> Item | None:
    """The comment whose author the text of ``item`` begins with, as in ``@Ruth``; None: there is not one alone."""
    opening = re.sub(r"^(?:@|hello |hi |hey |dear )", "", item.text[:200].casefold().lstrip())
    named: dict[str, Item] = {}
    for other in others:
        name = (other.author.name or "").casefold()
        calls = {name, name.partition(" ")[0]} - {""}
        is_named = any(re.match(rf"{re.escape(call)}(?!\w)", opening) for call in calls if len(call) > 1)
        if other.id != item.id and other.conversation_id == item.conversation_id and is_named:
            named[other.author.id] = other
    return next(iter(named.values())) if len(named) == 1 else None


def _item(
    entry: Entry,
    link: str | None,
    document: Document,
    feed: Subscription,
    ids: Mapping[str, str],
    page: str | None,
    shared: Collection[str | None],
) -> Item:
    own_page = page_of(entry.parent_page) or page_of(link)
    is_comment = page is not None or _is_comment(entry, link)
    below = page or own_page if is_comment else own_page
    site = (below or page_of(document.url) or document.url).partition("/")[0]
    key = digest_of(site, entry.guid or link or f"{entry.title}\n{entry.body}\n{entry.published}")
    has_page = below is not None and (is_comment or below not in shared)
    id = ids.get(key) or (digest_of("page", below) if below and has_page and not is_comment else key)
    # The title of a comment says whose it is, and on which post.
    text = entry.body or entry.title
    if not is_comment and entry.title and not entry.body.startswith(entry.title.rstrip(".…")):
        text = f"{entry.title}\n\n{entry.body}".strip()
    author = _author(entry, link, document, site, id, feed, is_comment=is_comment)
    return Item(
        entry=entry,
        key=key,
        id=id,
        conversation_id=digest_of("page", below) if below and has_page else id,
        text=text,
        author=author,
        is_comment=is_comment,
        is_own=feed.is_own(entry.author, entry.author_uri, _email(entry)),
        link=link,
        page=below if has_page else None,
        parent_key=digest_of(site, entry.parent) if entry.parent else None,
        digest=digest_of(text, length=_DIGEST_LENGTH),
    )


def _author(
    entry: Entry, link: str | None, document: Document, site: str, id: str, feed: Subscription, *, is_comment: bool
) -> Author:
    """Who wrote it. Two who give no name are two people; a post without one is that of its blog."""
    name, email = (entry.author or "").strip(), _email(entry)
    reach = None if is_comment else feed.reach
    is_nobody = name.casefold() in _NOBODY or _NOBODYS_ADDRESS.match(name) is not None
    if is_nobody and not (entry.author_uri or email):
        if is_comment:
            return Author(id=f"anon{id[:16]}", name="Anonymous")
        host = page_of(link) or site
        blog = document.title if host.startswith(_site(urlsplit(document.url).hostname or "")) else ""
        name = blog or host.partition("/")[0]
    # Whoever is known by an address is so under any name.
    known_by = entry.author_uri or email or name.casefold()
    return Author(id=digest_of("author", site, known_by, length=16), name=name or None, followers=reach)


def _email(entry: Entry) -> str | None:
    """The address of the author; None where it is nobody's."""
    email = (entry.author_email or "").strip()
    return None if not email or _NOBODYS_ADDRESS.match(email) else email


def _is_comment(entry: Entry, link: str | None) -> bool:
    parts = _split(link)
    if entry.parent or entry.parent_page:
        return True
    if parts is None:
        return False
    names = {name.lower() for name, value in _fields(parts.query) if value}
    return _COMMENT.match(parts.fragment) is not None or bool(names & _OF_A_COMMENT)


def _unwrapped(link: str | None) -> str | None:
    """The link itself; of an alert of Google, where its link leads."""
    parts = _split(link)
    if parts is None or not _ALERT_HOST.fullmatch(parts.hostname or "") or parts.path != "/url":
        return link
    inner = dict(_fields(parts.query))
    target = inner.get("url") or inner.get("q") or ""
    return target if target.startswith(("http://", "https://")) else link


def _fields(query: str) -> list[tuple[str, str]]:
    """The first fields of a query, as many as links have: a stranger may write thousands."""
    return parse_qsl("&".join(query.split("&", _MAX_FIELDS)[:_MAX_FIELDS]), keep_blank_values=True)


def _split(link: str | None) -> SplitResult | None:
    try:
        return urlsplit(link) if link else None
    except ValueError:
        return None


def _site(host: str) -> str:
    return host.lower().removeprefix("www.")
