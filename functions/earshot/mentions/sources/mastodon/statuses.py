"""Converts statuses of Mastodon to mentions, without calling Mastodon.

The ids of statuses are those of one instance, which has a copy of what it knows of others: so an id here has the
instance with it, as in ``1122@mastodon.social``. An account is known by its address, which is the same everywhere.
"""

from dataclasses import dataclass

from earshot.errors import MentionError
from earshot.mentions.mention import Author, Mention, speaks_to
from earshot.mentions.sources.rss.plain import plain_text
from earshot.mentions.sources.social.accounts import Stream
from earshot.mentions.sources.social.values import (
    Payload,
    count,
    handle_or_none,
    required,
    table,
    tables,
    text,
    time,
    time_or,
)

NETWORK = "mastodon"
# "Visible to everyone" and "visible to public, but not included in public timelines", as Mastodon's documentation has
# them. What is for followers, or for those who are mentioned, is never kept.
_PUBLIC = frozenset({"public", "unlisted"})
NOT_PUBLIC = "not public"


@dataclass(frozen=True, slots=True)
class Instance:
    """An instance as an account of the brand sees it: its domain, its web address, and the account's number there."""

    domain: str
    url: str
    account_id: str

    def id_of(self, status_id: str) -> str:
        """The id of a mention."""
        return f"{status_id}@{self.domain}"

    def address_of(self, account: Payload) -> str:
        """The address of an account: ``jane@mastodon.social``. MentionError where there is none."""
        acct = required(account, "acct").lower()
        return acct if "@" in acct else f"{acct}@{self.domain}"


def mention_of(status: Payload, stream: Stream, instance: Instance, root_id: str) -> Mention:
    """Convert a status, whose conversation began with ``root_id``. MentionError names what is missing or wrong."""
    account = table(status, "account")
    status_id, address = required(status, "id"), instance.address_of(account)
    parent_id, edited = text(status, "in_reply_to_id"), status.get("edited_at") is not None
    is_own = address in stream.own
    quoted = table(status, "quote", "quoted_status")
    said = text_of(status)
    created_at = time(status, "created_at")
    edited_at = time_or(status, "edited_at", created_at) if edited else None
    # The web pages of the brand's own instance, where staff are signed in, are where its account answers from.
    link = f"{instance.url}/@{text(account, 'acct')}/{status_id}"
    answered = _answered(status, stream, instance, address)
    speaks = answered in stream.own or _is_ours(table(quoted, "account"), stream, instance)
    names = frozenset(one.partition("@")[0] for one in stream.own)
    is_named = any(_is_ours(one, stream, instance) for one in tables(status.get("mentions")))
    return Mention(
        source=NETWORK,
        id=instance.id_of(status_id),
        author=Author(
            id=address,
            handle=handle_or_none(address),
            name=text(account, "display_name") or None,
            followers=count(account, "followers_count"),
        ),
        text=said,
        created_at=created_at,
        conversation_id=instance.id_of(root_id),
        brand=stream.brand,
        own=is_own,
        language=text(status, "language") or None,
        in_reply_to_id=instance.id_of(parent_id) if parent_id else None,
        in_reply_to_user_id=answered,
        quoted_id=instance.id_of(text(quoted, "id")) if text(quoted, "id") else None,
        link=link,
        reposts=count(status, "reblogs_count", "quotes_count"),
        quotes_brand=not is_own and (speaks or (is_named and speaks_to(said, names))),
        edit_ids=(f"{instance.id_of(status_id)}.{int(edited_at.timestamp())}",) if edited_at is not None else (),
        edited_at=edited_at,
    )


def version_of(status: Payload) -> str:
    """What a version of a status is known by on its page."""
    return f"{text(status, 'id')}.{text(status, 'edited_at')}"


def why_not_kept(status: Payload) -> str | None:
    """Why a status may not be kept; None: it may. One that does not say who may see it may not."""
    return None if text(status, "visibility") in _PUBLIC else NOT_PUBLIC


def _is_ours(account: Payload, stream: Stream, instance: Instance) -> bool:
    """Whether an account is one of the brand."""
    return bool(text(account, "acct")) and instance.address_of(account) in stream.own


def _answered(status: Payload, stream: Stream, instance: Instance, address: str) -> str | None:
    """The address of the account that a status answers, as far as the status says."""
    answered = text(status, "in_reply_to_account_id")
    if not answered:
        return None
    if answered == text(table(status, "account"), "id"):
        return address
    if answered == instance.account_id:
        return stream.account.account
    named = next((one for one in tables(status.get("mentions")) if text(one, "id") == answered), None)
    return instance.address_of(named) if named is not None else None


def text_of(status: Payload) -> str:
    """The text of a status, after the content warning that stands above it: what is said there is said, too."""
    content, warning = status.get("content"), plain_text(text(status, "spoiler_text"))
    if not isinstance(content, str):
        raise MentionError("Field 'content' must be a text: discard the post.")
    return "\n\n".join(part for part in (f"CW: {warning}" if warning else "", plain_text(content)) if part)
