"""The brand's accounts on the networks beside X, as they are stored: TOML, which `earshot sources` writes.

::

    [[accounts]]
    network = "bluesky"
    account = "nimbusair.bsky.social"
    brand = "NimbusAir"
    words = ["nimbus air", "#nimbusair"]

``places`` are the communities of Reddit or the videos of YouTube that are read beside it, and ``own_places`` the
communities that are about the brand as a whole.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import cast

from earshot.mentions.sources.listed_in_toml import Table, parse_tables, tables_as_toml
from earshot.mentions.sources.social.catalogue import (
    MAX_WORDS,
    account_problem,
    api_url,
    host_problem,
    place_problem,
    word_problem,
    words_problem,
)

MAX_ACCOUNTS = 20
MAX_PLACES = 10
_KEYS = ("network", "account", "brand", "words", "host", "places", "own_places")


class StreamKind(StrEnum):
    """The kind of a stream: what speaks to an account, what it posted, and what a search or a hashtag finds.

    On Reddit also the submissions and the comments of a community, and what is said in threads about the brand; on
    YouTube what is said below a video, and on Facebook what is on the page itself.
    """

    MENTIONS = "mentions"
    OWN = "own"
    SEARCH = "search"
    TAG = "tag"
    THREADS = "threads"
    COMMUNITY = "community"
    COMMENTS = "comments"
    VIDEO = "video"
    PAGE = "page"


_FOUND = frozenset({*StreamKind} - {StreamKind.MENTIONS, StreamKind.OWN, StreamKind.PAGE})


# Elsewhere what speaks to it, and what it posts.
_KINDS_OF_AN_ACCOUNT = {
    "reddit": (StreamKind.OWN, StreamKind.THREADS),
    "youtube": (StreamKind.MENTIONS,),
    "facebook": (StreamKind.PAGE, StreamKind.MENTIONS),
}
_KINDS_OF_A_PLACE = {"reddit": (StreamKind.COMMUNITY, StreamKind.COMMENTS), "youtube": (StreamKind.VIDEO,)}


@dataclass(frozen=True, slots=True)
class SocialAccount:
    """An account of a brand, with whose credentials its network is read.

    ``words`` are searched for; those that begin with ``#`` are hashtags. ``host`` is where the API is, empty where the
    network, or the account, says it. ``places`` are read beside the account; all that is written in ``own_places`` is
    about the brand.
    """

    network: str
    account: str
    brand: str
    words: tuple[str, ...] = ()
    host: str = ""
    places: tuple[str, ...] = ()
    own_places: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The account with its network: ``bluesky nimbusair.bsky.social``."""
        return f"{self.network} {self.account}"

    @property
    def api_url(self) -> str:
        """Where the API is."""
        return self.host.rstrip("/") if self.host else api_url(self.network, self.account)


@dataclass(frozen=True, slots=True)
class Stream:
    """One thing that is listened to: ``name`` is the account, the search term, the place or the hashtag without ``#``.

    ``own`` are all accounts of the brand on that network, in lower case. ``siblings`` counts the streams of the network
    in the stack, itself included, which share what the network allows.
    """

    kind: StreamKind
    name: str
    account: SocialAccount
    own: frozenset[str] = field(default=frozenset(), compare=False)
    siblings: int = field(default=1, compare=False)

    @property
    def key(self) -> str:
        """The key of its stored checkpoint and state: ``bluesky#mentions#nimbusair.bsky.social``."""
        return f"{self.account.network}#{self.kind}#{self.name}"

    @property
    def is_found(self) -> bool:
        """Whether it is what is found by words or places, whomever that speaks to."""
        return self.kind in _FOUND

    @property
    def brand(self) -> str:
        """The first handle of the brand that it is listened to for."""
        return self.account.brand


def streams_of(accounts: Sequence[SocialAccount]) -> tuple[Stream, ...]:
    """All that is listened to with these accounts."""
    streams = [stream for account in accounts for stream in _streams(account, accounts)]
    siblings = Counter(stream.account.network for stream in streams)
    return tuple(replace(stream, siblings=siblings[stream.account.network]) for stream in streams)


def _streams(account: SocialAccount, accounts: Sequence[SocialAccount]) -> Iterator[Stream]:
    own = frozenset(
        one.account.lower() for one in accounts if (one.network, one.brand) == (account.network, account.brand)
    )
    for kind in _KINDS_OF_AN_ACCOUNT.get(account.network, (StreamKind.MENTIONS, StreamKind.OWN)):
        yield Stream(kind, account.account, account, own)
    for word in account.words:
        kind = StreamKind.TAG if word.startswith("#") else StreamKind.SEARCH
        yield Stream(kind, word.removeprefix("#"), account, own)
    for place in (*account.places, *account.own_places):
        for kind in _KINDS_OF_A_PLACE[account.network]:
            yield Stream(kind, place, account, own)


def parse_accounts(text: str, name: str = "the stored accounts") -> tuple[SocialAccount, ...]:
    """The accounts in ``text`` (TOML). SourcesError lists every mistake with its remedy."""
    return tuple(map(_account, parse_tables(text, "accounts", name, _mistakes)))


def accounts_as_toml(accounts: Sequence[SocialAccount]) -> str:
    """The text that ``parse_accounts`` reads as ``accounts``."""
    return tables_as_toml("accounts", map(_table, accounts))


def usual_words(words: Sequence[str], others: Sequence[SocialAccount]) -> tuple[str, ...]:
    """Those of a brand's words that an account can search for and no other account on its network does, ten at most."""
    taken = {word.casefold() for one in others for word in one.words}
    return tuple(word for word in words if word_problem(word) is None and word.casefold() not in taken)[:MAX_WORDS]


def _table(account: SocialAccount) -> Table:
    return {
        "network": account.network,
        "account": account.account,
        "brand": account.brand,
        "words": list(account.words),
        "host": account.host,
        "places": list(account.places),
        "own_places": list(account.own_places),
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
        words = _texts(table, "words", MAX_WORDS)
        if words is None:
            yield f"'words' of {which} must be a list of at most {MAX_WORDS} texts."
        for word in words or ():
            if problem := word_problem(word):
                yield f"'words' of {which}: {problem}"
        if problem := words_problem(network, list(map(str, words or ()))):
            yield f"'words' of {which}: {problem}"
        places = [_texts(table, key, MAX_PLACES) for key in ("places", "own_places")]
        if None in places:
            yield f"'places' and 'own_places' of {which} must be lists of at most {MAX_PLACES} texts."
        read = [place for listed in places for place in listed or ()]
        for place in read:
            if problem := place_problem(network, place):
                yield f"'places' of {which}: {problem}"
        twice = [name for name, times in Counter(str(place).casefold() for place in read).items() if times > 1]
        if twice:
            yield f"'places' and 'own_places' of {which} both have {twice[0]!r}: remove one."
        for name in (account, *map(str, words or ()), *(f"{network} {place}" for place in read)):
            first = seen.setdefault((network, name.casefold()), number)
            if first != number:
                yield f"{which} has {name!r}, which account {first} has on {network}, too: remove one."


def _texts(table: Table, key: str, most: int) -> list[object] | None:
    """The list in a table; None where there is something else, or more."""
    value = table.get(key, [])
    texts = cast("list[object]", value) if isinstance(value, list) else None
    return None if texts is None or len(texts) > most else texts


def _account(table: Table) -> SocialAccount:
    def texts(key: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(map(str, _texts(table, key, MAX_WORDS) or ())))

    return SocialAccount(
        network=str(table["network"]),
        account=str(table["account"]).lower(),
        brand=str(table["brand"]),
        words=texts("words"),
        host=str(table.get("host", "")),
        places=texts("places"),
        own_places=texts("own_places"),
    )
