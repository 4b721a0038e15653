"""Of which network the posts of a file are, and which accounts on it are the brands'."""

import re
from collections.abc import Mapping, Sequence

from earshot.mentions.sources.x.accounts import BrandAccounts
from earshot.mentions.sources.x.posts import SOURCE
from infra.replay.formats.networks import bluesky, mastodon
from infra.replay.formats.networks.x_v2 import is_page
from infra.replay.rows import Row, Rows

# Where a handle ends in the server or domain of the account: NimbusAir@mastodon.social, nimbusair.bsky.social.
_LONG_HANDLES = frozenset({bluesky.SOURCE, mastodon.SOURCE})
_NETWORK = re.compile(r"[a-z0-9]{1,20}")
_NETWORKS: Mapping[str, str] = {"twitter": SOURCE, "x.com": SOURCE, "twitter.com": SOURCE}
_KNOWN_NETWORKS = frozenset({SOURCE, *_LONG_HANDLES, "facebook", "instagram", "reddit", "youtube", "threads", "tiktok"})


def handles_of(brand: str) -> list[str]:
    """The handles of a brand's accounts, the main one first: ``@NimbusAir+@NimbusHelp``."""
    return [handle.strip().lstrip("@") for handle in brand.split("+")]


def accounts_of(brands: Sequence[str], terms: Mapping[str, str | None], rows: Rows) -> BrandAccounts:
    """The brands' accounts, with those on other networks that have their handle and a server behind it.

    Which these are is noted; where one is given in full, none is guessed.
    """
    named = {handle.lower(): handles_of(brand)[0] for brand in brands for handle in handles_of(brand)}
    handles = [handle for brand in brands for handle in handles_of(brand)]
    if not any(_is_long(handle) for handle in handles):
        on_others = {
            str(row.values.get("author_handle"))
            for row in rows.good
            if row.values.get("source") in _LONG_HANDLES and row.values.get("author_handle")
        }
        guessed = {handle: named[short] for handle in sorted(on_others) if (short := _short(handle)) in named}
        for handle, brand in guessed.items():
            if handle.lower() not in named:
                rows.notes.append(
                    f"{handle} is taken for an account of {brand}. If it is not: --brand {brand}+ITS.ACCOUNT"
                )
                named[handle.lower()] = brand
                handles.append(handle)
    return BrandAccounts(handles, terms, brands=named)


def accounts_on_x(brand: str) -> str:
    """The brand with those of its accounts that X can have, as the deployed setting takes it."""
    return "+".join(handle for handle in handles_of(brand) if not _is_long(handle))


def _is_long(handle: str) -> bool:
    return "." in handle or "@" in handle


def _short(handle: str) -> str:
    return re.split(r"[.@]", handle, maxsplit=1)[0].lower()


def settle_sources(rows: Rows) -> None:
    """Column ``source`` names the network; in the data of X it is the app that posted, which says nothing here."""
    posts = [row for row in rows.good if not is_page(row.values) and row.values.get("source")]
    by_name = {str(row.values["source"]): _network(str(row.values["source"])) for row in posts}
    if None not in by_name.values() and not _lead_across(posts):
        for row in posts:
            row.values["source"] = by_name[str(row.values["source"])]
        return
    apps = sorted(name for name, network in by_name.items() if network not in _KNOWN_NETWORKS)
    for row in posts:
        row.values["source"] = network if (network := by_name[str(row.values["source"])]) in _KNOWN_NETWORKS else SOURCE
    shown = ", ".join(repr(name[:40]) for name in apps[:3])
    rows.notes.append(f"Column 'source' names apps ({shown}), not networks: the posts are read as those of X.")


def _network(name: str) -> str | None:
    plain = name.strip().lower()
    if plain in _NETWORKS or plain in _KNOWN_NETWORKS:
        return _NETWORKS.get(plain, plain)
    return name if _NETWORK.fullmatch(name) else None


def _lead_across(posts: Sequence[Row]) -> bool:
    """Whether replies lead from one source to another, as between apps and never between networks."""
    homes: dict[str, set[str]] = {}
    for row in posts:
        homes.setdefault(str(row.values.get("id")), set()).add(str(row.values["source"]))
    answered = ((row, homes.get(str(row.values.get("in_reply_to_id")))) for row in posts)
    return any(there and str(row.values["source"]) not in there for row, there in answered)
