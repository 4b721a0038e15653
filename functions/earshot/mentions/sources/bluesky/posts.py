"""Converts posts of Bluesky to mentions, without calling Bluesky.

A post is named by an address (``at://did:plc:abc/app.bsky.feed.post/3kx``). Its slashes would end a part of an API's
path, so its id here is ``did:plc:abc.3kx``, from which the address can be made again.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta

from earshot.errors import MentionError
from earshot.mentions.mention import Author, Mention
from earshot.mentions.sources.social.accounts import Stream
from earshot.mentions.sources.social.values import (
    Payload,
    count,
    handle_or_none,
    required,
    table,
    tables,
    text,
    time_or,
)

NETWORK = "bluesky"
POST = "app.bsky.feed.post"
# Decisions of moderators whom Bluesky itself listens to. Other labels warn, and what is warned of may be a complaint.
_NOT_SHOWN = {"!hide": "hidden by moderators", "!takedown": "taken down", "spam": "labelled as spam"}
_UNKNOWN_HANDLE = "handle.invalid"  # what Bluesky calls one whose domain does not confirm it
_MOST_FACETS = 100
_MOST_DELAY = timedelta(days=1)  # Bluesky's app shows later ones as archived


def mention_of(
    view: Payload, stream: Stream, own_dids: Collection[str], followers: Mapping[str, int | None], now: datetime
) -> Mention:
    """Convert a view of a post (``app.bsky.feed.defs#postView``). MentionError names what is missing or wrong.

    ``own_dids`` are the brand's accounts, and ``followers`` the numbers of followers by account, as far as known.
    """
    record, author = table(view, "record"), table(view, "author")
    uri, did = required(view, "uri"), required(author, "did")
    parent, root = text(table(record, "reply", "parent"), "uri"), text(table(record, "reply", "root"), "uri")
    quoted = _quoted_uri(record)
    ours = {*own_dids}
    is_own = did in ours or text(author, "handle").lower() in stream.own
    said = _text_of(record)
    return Mention(
        source=NETWORK,
        id=id_of(uri),
        author=_author(author, followers.get(did)),
        text=said,
        created_at=_asked_at(view, now),
        conversation_id=id_of(root or uri),
        brand=stream.brand,
        own=is_own,
        language=next((one for one in record.get("langs") or () if isinstance(one, str)), None),
        in_reply_to_id=id_of(parent) if parent else None,
        in_reply_to_user_id=did_of(parent) if parent else None,
        quoted_id=id_of(quoted) if quoted else None,
        link=f"https://bsky.app/profile/{did}/post/{uri.rpartition('/')[2]}",
        reposts=count(view, "repostCount", "quoteCount"),
        quotes_brand=not is_own
        and (did_of(parent) in ours or did_of(quoted) in ours or _begins_with(record, said, ours)),
    )


def id_of(uri: str) -> str:
    """The id of the post at an address: ``did:plc:abc.3kx``. MentionError where the address is none of a post."""
    scheme, _, rest = uri.partition("://")
    did, _, path = rest.partition("/")
    collection, _, key = path.partition("/")
    if scheme != "at" or not did.startswith("did:") or collection != POST or not key or "/" in key:
        raise MentionError(f"{uri[:100]!r} is no address of a post: discard it.")
    return f"{did}.{key}"


def uri_of(mention: Mention) -> str:
    """The address of a post that was converted: its account, and what of its id comes after that."""
    did = mention.author.id
    return f"at://{did}/{POST}/{mention.id.removeprefix(f'{did}.')}"


def is_post(uri: str) -> bool:
    """Whether an address is that of a post."""
    try:
        return uri.isascii() and bool(id_of(uri))
    except MentionError:
        return False


def did_of(uri: str) -> str | None:
    """The account that an address belongs to; None where there is none."""
    did = uri.removeprefix("at://").partition("/")[0]
    return did if did.startswith("did:") else None


def why_not_kept(view: Payload) -> str | None:
    """Why a post may not be kept, as its labels say; None: it may."""
    author = table(view, "author")
    for label in (*tables(view.get("labels")), *tables(author.get("labels"))):
        # What somebody says of themselves hides nothing from those whom they speak to.
        is_own_label = text(label, "src") == text(author, "did")
        if not label.get("neg") and not is_own_label and text(label, "val") in _NOT_SHOWN:
            return _NOT_SHOWN[text(label, "val")]
    return None


def written_at(view: Payload, now: datetime) -> datetime:
    """The time that the post says, or at which Bluesky took it in, whichever is earlier: apps may say any time.

    Bluesky sorts searches and the posts of an account by it.
    """
    indexed = time_or(view, "indexedAt", now)
    return min(indexed, time_or(table(view, "record"), "createdAt", indexed))


def _asked_at(view: Payload, now: datetime) -> datetime:
    """Since when its author waits: a post that says it is much older than Bluesky knows it was set back, or brought
    along from another network."""
    written, indexed = written_at(view, now), time_or(view, "indexedAt", now)
    return written if indexed - written <= _MOST_DELAY else indexed


def _author(author: Payload, followers: int | None) -> Author:
    handle = text(author, "handle")
    verification = table(author, "verification")
    is_verified = "valid" in (text(verification, "verifiedStatus"), text(verification, "trustedVerifierStatus"))
    return Author(
        id=required(author, "did"),
        handle=None if handle == _UNKNOWN_HANDLE else handle_or_none(handle),
        name=text(author, "displayName") or None,
        followers=count(author, "followersCount") if followers is None else followers,
        verified=is_verified,
    )


def _quoted_uri(record: Payload) -> str:
    """The address of the post that a post quotes, with pictures beside it or without; empty where it quotes none."""
    quoted = table(record, "embed", "record")
    uri = text(table(quoted, "record") or quoted, "uri")
    return uri if f"/{POST}/" in uri else ""


def _facets(record: Payload, length: int) -> Iterator[tuple[int, int, Payload]]:
    """The parts of the text that are links or mentions: from which byte on to which, in order."""
    found: list[tuple[int, int, Payload]] = []
    for facet in tables(record.get("facets"))[:_MOST_FACETS]:
        start, end = table(facet, "index").get("byteStart"), table(facet, "index").get("byteEnd")
        features = tables(facet.get("features"))
        if isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= length and features:
            found.append((start, end, features[0]))
    yield from sorted(found, key=lambda one: one[:2])


def _text_of(record: Payload) -> str:
    """The text as it was written, with each link whole: apps cut what they show of it."""
    written = record.get("text")
    if not isinstance(written, str):
        raise MentionError("Field 'text' must be a text: discard the post.")
    whole = written.encode("utf-8", "replace")
    parts: list[bytes] = []
    done = 0
    for start, end, feature in _facets(record, len(whole)):
        link, shown = text(feature, "uri"), whole[start:end].decode("utf-8", "replace")
        if start >= done and link.startswith(("http://", "https://")) and shown.endswith(("...", "…")):
            parts += [whole[done:start], link.encode("utf-8", "replace")]
            done = end
    return b"".join([*parts, whole[done:]]).decode("utf-8", "replace")


def _begins_with(record: Payload, said: str, dids: Collection[str]) -> bool:
    """Whether the text begins with a mention of one of these accounts."""
    facets = _facets(record, len(said.encode("utf-8", "replace")))
    return any(start <= 1 and text(feature, "did") in dids for start, _, feature in facets)
