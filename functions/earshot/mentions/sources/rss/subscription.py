"""The feeds that a stack listens to, as they are stored: TOML, which `earshot sources` writes.

::

    [[feeds]]
    url = "https://walter.example/feed/"
    brand = "HarborBank"
    about = "named"                 # or "everything"
    words = ["harbor bank"]
    reach = 250000
    own_names = ["Harbor Bank Care"]
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import cast

from earshot.mentions.mention import MAX_COUNT
from earshot.mentions.sources.listed_in_toml import Table, parse_tables, tables_as_toml
from earshot.mentions.sources.rss.address import address_problem
from earshot.plain_text import one_line

NETWORK = "feed"
MAX_FEEDS = 100
MAX_WORDS, MAX_WORD_LENGTH = 50, 100
_KEYS = ("url", "brand", "about", "words", "reach", "own_names", "name")


class About(StrEnum):
    """Which items of a feed are about the brand: those that name it, with what is said below them, or all."""

    NAMED = "named"
    EVERYTHING = "everything"


@dataclass(frozen=True)
class Subscription:
    """One feed, and whom it is listened to for.

    ``words`` name the brand. ``reach`` is how many people read it, as staff say; None: nobody knows. ``own_names`` are
    the names, or the addresses, under which the brand itself writes there. ``name`` is what staff call it.
    """

    url: str
    brand: str
    about: About = About.NAMED
    words: tuple[str, ...] = ()
    reach: int | None = None
    own_names: tuple[str, ...] = ()
    name: str = field(default="", compare=False)

    @property
    def key(self) -> str:
        """The key of its stored checkpoint and state: ``feed#https://walter.example/feed/``."""
        return f"{NETWORK}#{self.url}"

    def names_brand(self, text: str) -> bool:
        """Whether a text has one of the words, whole and in any case."""
        return self._pattern is not None and self._pattern.search(text.casefold()) is not None

    def is_own(self, *names: str | None) -> bool:
        """Whether the brand writes under one of these names or addresses."""
        own = {one.casefold().rstrip("/") for one in self.own_names}
        return any(name is not None and name.casefold().rstrip("/") in own for name in names)

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        words = [r"\s+".join(map(re.escape, word.casefold().split())) for word in self.words if word.strip()]
        return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)") if words else None


def words_for(handles: Sequence[str], terms: Sequence[str]) -> tuple[str, ...]:
    """What names a brand by its handles and search terms: ``HarborBank`` is also written as ``harbor bank``."""
    spaced = [re.sub(r"(?<=[a-z0-9])(?=[A-Z])|_+", " ", handle).lower() for handle in handles]
    phrases = [term.strip('"').lower() for term in terms if not term.lower().startswith("quotes:")]
    return tuple(dict.fromkeys([*(handle.lower() for handle in handles), *spaced, *phrases]))[:MAX_WORDS]


def parse_subscriptions(text: str, name: str = "the stored feeds") -> tuple[Subscription, ...]:
    """The feeds in ``text`` (TOML). SourcesError lists every mistake with its remedy."""
    return tuple(map(_subscription, parse_tables(text, "feeds", name, _mistakes)))


def subscriptions_as_toml(feeds: Sequence[Subscription]) -> str:
    """The text that ``parse_subscriptions`` reads as ``feeds``."""
    return tables_as_toml("feeds", map(_table, feeds))


def _table(feed: Subscription) -> Table:
    return {
        "url": feed.url,
        "name": one_line(feed.name),
        "brand": feed.brand,
        "about": str(feed.about),
        "words": list(feed.words),
        "reach": feed.reach,
        "own_names": list(feed.own_names),
    }


def _mistakes(feeds: Sequence[Table]) -> Iterator[str]:
    if len(feeds) > MAX_FEEDS:
        yield f"there are {len(feeds)} feeds, and {MAX_FEEDS} at most can be read: keep those that people read."
    urls = [feed.get("url") for feed in feeds]
    for number, feed in enumerate(feeds, 1):
        url = feed.get("url")
        which = f"feed {number} ({url})"
        for key in feed:
            if key not in _KEYS:
                yield f"{which} has '{key}', which is not known. A feed has {', '.join(_KEYS)}."
        if not isinstance(url, str):
            yield f"feed {number} has no 'url': write its address in quotes."
        elif problem := address_problem(url):
            yield f"'url' of feed {number}: {problem}"
        elif urls.index(url) != number - 1:
            yield f"{which} is there twice: remove one."
        if not isinstance(feed.get("brand"), str) or not feed.get("brand"):
            yield f"{which} has no 'brand': write the first handle of the brand that it is listened to for."
        if feed.get("about", "named") not in tuple(About):
            yield f'\'about\' of {which} must be "named" or "everything".'
        for key in ("words", "own_names"):
            yield from _mistakes_in_list(f"'{key}' of {which}", feed.get(key, []))
        if feed.get("about", "named") == About.NAMED and not feed.get("words"):
            yield f"{which} has no 'words' that name the brand: write some, or about = \"everything\"."
        reach = feed.get("reach", 0)
        if isinstance(reach, bool) or not isinstance(reach, int) or not 0 <= reach <= MAX_COUNT:
            yield f"'reach' of {which} must be a number of people."


def _mistakes_in_list(what: str, value: object) -> Iterator[str]:
    items = cast("list[object]", value) if isinstance(value, list) else None
    if items is None or len(items) > MAX_WORDS:
        yield f"{what} must be a list of at most {MAX_WORDS} texts."
    elif not all(isinstance(one, str) and one.strip() and len(one) <= MAX_WORD_LENGTH for one in items):
        yield f"each of {what} must be a text of 1 to {MAX_WORD_LENGTH} characters."


def _subscription(feed: Table) -> Subscription:
    reach = feed.get("reach")
    return Subscription(
        url=str(feed["url"]),
        brand=str(feed["brand"]),
        about=About(str(feed.get("about", "named"))),
        words=_texts(feed, "words"),
        reach=reach if isinstance(reach, int) else None,
        own_names=_texts(feed, "own_names"),
        name=str(feed.get("name", "")),
    )


def _texts(feed: Table, key: str) -> tuple[str, ...]:
    return tuple(str(one) for one in cast("list[object]", feed.get(key, [])))
