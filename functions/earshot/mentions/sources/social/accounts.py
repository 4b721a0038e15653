"""The brand's accounts on the networks beside X, as they are stored: TOML, which `earshot sources` writes.

::

    [[accounts]]
    network = "bluesky"
    account = "nimbusair.bsky.social"
    brand = "NimbusAir"
    words = ["nimbus air", "#nimbusair"]
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import cast
from urllib.parse import urlsplit

from earshot.mentions.sources.listed_in_toml import Table, parse_tables, tables_as_toml

MAX_ACCOUNTS = 20
# Of an account: each word is a search of its own, every minute.
MAX_WORDS, MAX_WORD_LENGTH = 10, 100
_KEYS = ("network", "account", "brand", "words", "host")
_DOMAIN = r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9][a-z0-9-]{0,61}"
_ACCOUNTS = {
    "bluesky": re.compile(_DOMAIN),
    "mastodon": re.compile(rf"[a-z0-9_][a-z0-9_.-]{{0,60}}@(?:{_DOMAIN}|localhost)"),
}
_EXAMPLES = {"bluesky": "nimbusair.bsky.social", "mastodon": "care@mastodon.social"}
MAX_ACCOUNT_LENGTH = 100  # it is the handle of an author as well
NETWORKS = tuple(_ACCOUNTS)


class StreamKind(StrEnum):
    """The kind of a stream: what speaks to an account, what it posted, and what a search or a hashtag finds."""

    MENTIONS = "mentions"
    OWN = "own"
    SEARCH = "search"
    TAG = "tag"


@dataclass(frozen=True, slots=True)
class SocialAccount:
    """An account of a brand, with whose credentials its network is read.

    ``words`` are searched for; those that begin with ``#`` are hashtags. ``host`` is where the API is, empty where the
    network, or the account, says it.
    """

    network: str
    account: str
    brand: str
    words: tuple[str, ...] = ()
    host: str = ""

    @property
    def name(self) -> str:
        """The account with its network: ``bluesky nimbusair.bsky.social``."""
        return f"{self.network} {self.account}"

    @property
    def api_url(self) -> str:
        """Where the API is."""
        if self.host:
            return self.host.rstrip("/")
        return "https://bsky.social" if self.network == "bluesky" else f"https://{self.account.rpartition('@')[2]}"


@dataclass(frozen=True, slots=True)
class Stream:
    """One thing that is listened to: ``name`` is the account, the search term or the hashtag without ``#``.

    ``own`` are all accounts of the brand on that network, in lower case.
    """

    kind: StreamKind
    name: str
    account: SocialAccount
    own: frozenset[str] = field(default=frozenset(), compare=False)

    @property
    def key(self) -> str:
        """The key of its stored checkpoint and state: ``bluesky#mentions#nimbusair.bsky.social``."""
        return f"{self.account.network}#{self.kind}#{self.name}"

    @property
    def is_found(self) -> bool:
        """Whether it is what the network finds by words, whomever that speaks to."""
        return self.kind in (StreamKind.SEARCH, StreamKind.TAG)

    @property
    def brand(self) -> str:
        """The first handle of the brand that it is listened to for."""
        return self.account.brand


def streams_of(accounts: Sequence[SocialAccount]) -> tuple[Stream, ...]:
    """All that is listened to with these accounts."""
    return tuple(stream for account in accounts for stream in _streams(account, accounts))


def _streams(account: SocialAccount, accounts: Sequence[SocialAccount]) -> Iterator[Stream]:
    own = frozenset(
        one.account.lower() for one in accounts if (one.network, one.brand) == (account.network, account.brand)
    )
    yield Stream(StreamKind.MENTIONS, account.account, account, own)
    yield Stream(StreamKind.OWN, account.account, account, own)
    for word in account.words:
        kind = StreamKind.TAG if word.startswith("#") else StreamKind.SEARCH
        yield Stream(kind, word.removeprefix("#"), account, own)


def parse_accounts(text: str, name: str = "the stored accounts") -> tuple[SocialAccount, ...]:
    """The accounts in ``text`` (TOML). SourcesError lists every mistake with its remedy."""
    return tuple(map(_account, parse_tables(text, "accounts", name, _mistakes)))


def accounts_as_toml(accounts: Sequence[SocialAccount]) -> str:
    """The text that ``parse_accounts`` reads as ``accounts``."""
    return tables_as_toml("accounts", map(_table, accounts))


def account_problem(network: str, account: str) -> str | None:
    """What is wrong with the name of an account as it is written, with the remedy; None: nothing."""
    if network not in _ACCOUNTS:
        return f"{network!r} is no network that Earshot knows accounts of: write {' or '.join(NETWORKS)}."
    if len(account) > MAX_ACCOUNT_LENGTH or not _ACCOUNTS[network].fullmatch(account.lower()):
        return f"{account[:80]!r} is no account on {network.title()}: write it as {_EXAMPLES[network]}."
    return None


def usual_words(words: Sequence[str], others: Sequence[SocialAccount]) -> tuple[str, ...]:
    """Those of a brand's words that an account can search for and no other account on its network does, ten at most."""
    taken = {word.casefold() for one in others for word in one.words}
    return tuple(word for word in words if _word_problem(word) is None and word.casefold() not in taken)[:MAX_WORDS]


def host_problem(host: str) -> str | None:
    """What is wrong with the address of an API, with the remedy; None: nothing. Credentials go to no other scheme."""
    try:
        parts = urlsplit(host)
        is_whole = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return f"{host[:80]!r} is no address: write it as https://pds.example."
    is_local = parts.scheme == "http" and parts.hostname == "127.0.0.1"
    is_plain = not (parts.username or parts.password or parts.query or parts.fragment or parts.path.rstrip("/"))
    if not (is_whole and is_plain and host.isprintable() and " " not in host and (parts.scheme == "https" or is_local)):
        return f"{host[:80]!r} is no address of an API: write it as https://pds.example, without a path."
    return None


def _table(account: SocialAccount) -> Table:
    return {
        "network": account.network,
        "account": account.account,
        "brand": account.brand,
        "words": list(account.words),
        "host": account.host,
    }


def _mistakes(accounts: Sequence[Table]) -> Iterator[str]:
    if len(accounts) > MAX_ACCOUNTS:
        yield f"there are {len(accounts)} accounts, and {MAX_ACCOUNTS} at most can be read."
    seen: dict[tuple[str, str], int] = {}
    for number, table in enumerate(accounts, 1):
        network, account = str(table.get("network", "")), str(table.get("account", ""))
        which = f"account {number} ({network} {account})"
        for key in table:
            if key not in _KEYS:
                yield f"{which} has '{key}', which is not known. An account has {', '.join(_KEYS)}."
        if problem := account_problem(network, account):
            yield f"account {number}: {problem}"
        if not isinstance(table.get("brand"), str) or not table.get("brand"):
            yield f"{which} has no 'brand': write the first handle of the brand that it belongs to."
        host = table.get("host", "")
        if host and (problem := host_problem(str(host))):
            yield f"'host' of {which}: {problem}"
        words = table.get("words", [])
        texts = cast("list[object]", words) if isinstance(words, list) else None
        if texts is None or len(texts) > MAX_WORDS:
            yield f"'words' of {which} must be a list of at most {MAX_WORDS} texts."
            texts = []
        for word in texts:
            if problem := _word_problem(word):
                yield f"'words' of {which}: {problem}"
        for name in (account, *map(str, texts)):
            first = seen.setdefault((network, name.casefold()), number)
            if first != number:
                yield f"{which} has {name!r}, which account {first} has on {network}, too: remove one."


def _word_problem(word: object) -> str | None:
    is_text = isinstance(word, str) and word == word.strip() and 0 < len(word) <= MAX_WORD_LENGTH and word.isprintable()
    if not is_text or '"' in str(word):
        return f"{str(word)[:40]!r} must be a text of 1 to {MAX_WORD_LENGTH} characters, without quotes."
    if str(word).startswith("#") and not re.fullmatch(r"#\w+", str(word)):
        return f"{word!r} is no hashtag: it has letters, digits and underscores, as #nimbusair."
    return None


def _account(table: Table) -> SocialAccount:
    words = cast("list[object]", table.get("words", []))
    return SocialAccount(
        network=str(table["network"]),
        account=str(table["account"]).lower(),
        brand=str(table["brand"]),
        words=tuple(dict.fromkeys(map(str, words))),
        host=str(table.get("host", "")),
    )
