"""What a recording leaves out and its posts tell together: the conversation, the brand, and the order."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from earshot.mentions.mention import Mention
from earshot.mentions.sources.x.accounts import BrandAccounts


def with_conversation(posts: Mapping[str, Mention], conversations: Mapping[str, str]) -> list[Mention]:
    """Each with its conversation: as in ``conversations``, else that of the post it answers, and so on up.

    Both are by the key of the post. Answers to one post that the file lacks share a conversation, named after the post
    that is missing.
    """
    known = dict(conversations)
    for key in posts:
        trail: list[str] = []
        on_trail: set[str] = set()
        at, root = key, ""
        while at not in known and at in posts and at not in on_trail:
            trail.append(at)
            on_trail.add(at)
            mention = posts[at]
            root = mention.in_reply_to_id or mention.id
            at = f"{mention.source}#{root}"
        if at in known:
            root = known[at]
        elif at in on_trail:
            # The first post is no reply and so leads to itself. Reply links in a circle have no first post: the oldest
            # id is used, whichever row the file begins with.
            root = min((posts[member].id for member in trail[trail.index(at) :]), key=_order)
        known.update(dict.fromkeys(trail, root))
    return [replace(post, conversation_id=known[key]) for key, post in posts.items()]


def with_brand(
    mentions: Iterable[Mention], accounts: BrandAccounts, quoting: Mapping[str, str] = MappingProxyType({})
) -> list[Mention]:
    """Each with its brand, empty where there is none, and whether it quotes a post of the brand.

    The brand wrote the post, is the first that it names, is quoted or replied to, is whom its conversation is with, or
    has a term that the post contains. A single brand without terms is everybody's. ``quoting`` has the brands that are
    quoted by posts that the file lacks, by the key of the post that quotes.
    """
    ordered = sorted(mentions, key=by_age)
    wrote = {mention.key: brand for mention in ordered if (brand := accounts.writer_of(mention))}
    named = {mention.key: brand for mention in ordered if (brand := accounts.first_named(mention))}
    quoted = {
        mention.key: wrote.get(mention.key_of(mention.quoted_id or "")) or quoting.get(mention.key)
        for mention in ordered
    }
    partner: dict[str, str] = {}
    for brands in (wrote, named):
        for mention in ordered:
            if mention.key in brands:
                partner.setdefault(mention.conversation_key, brands[mention.key])
    only = accounts.only_brand if not accounts.terms else None

    def brand_of(mention: Mention) -> str:
        answered = wrote.get(mention.key_of(mention.in_reply_to_id or ""))
        known = wrote.get(mention.key) or named.get(mention.key) or quoted[mention.key] or answered
        return known or partner.get(mention.conversation_key) or accounts.brand_of_term_in(mention) or only or ""

    return [
        replace(
            mention,
            brand=brand_of(mention),
            own=mention.key in wrote,
            quotes_brand=mention.quotes_brand or quoted[mention.key] is not None,
        )
        for mention in ordered
    ]


def by_age(mention: Mention) -> tuple[datetime, tuple[bool, int, str, str]]:
    """Sorts posts from the oldest on, and those of one instant by their ids."""
    return mention.created_at, _order(mention.id)


def _order(post_id: str) -> tuple[bool, int, str, str]:
    """Sorts ids by their number, and after them those that are none."""
    is_number = post_id.isascii() and post_id.isdigit()
    number = (post_id.lstrip("0") or "0") if is_number else ""
    return not number, len(number), number, post_id
