"""An incident: what many customers have in common, and how a further complaint is recognised as part of it.

Each complaint has *features*: the kinds of trouble that triage found in it (``about:outage``), and the words that say
what it is about. Customers who have the same problem share some of them. Features include the brand, so that two brands
that one stack listens for never share an incident.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from earshot.cases.case.key import INCIDENT_SOURCE
from earshot.cases.case.recovery import RecoveryOutcome
from earshot.cases.conversation.similarity import content_words
from earshot.mentions.mention import Author
from earshot.triage.judgement import Reason

# All incidents have the same author, so that the index of an author's cases lists them.
AUTHOR_ID = "incident"
AUTHOR_KEY = f"{INCIDENT_SOURCE}#{AUTHOR_ID}"
# Kinds of trouble that many can have at once. Others, such as leaving the brand, are each customer's own.
_CAUSES = frozenset({"danger", "fraud", "journey", "money", "lost_all", "outage"})
ABOUT = "about:"
# What people write whatever their problem is. Words that only the customers of one brand use all the time need no list:
# they are as frequent in this hour as in every other.
_STOP_WORDS = frozenset(
    """
    account add again age agent ago aid all and answer answered answers any anyone anything are art ask asked ate
    awful back bad because better big both but buy call called can can't cannot care company contact cos cry
    customer customers cut day day's days did didn't die dig dim disgrace does doesn't doing don't done due each eat
    else email end etc even ever every everyone experience fail far fault few first fix fixed for fun get getting
    give god gone good got great guy guys had half has hate he's hello help help! her here's him his hit hour hours
    how i'd i'll i'm i've isn't issue it's its job joke keep keeps kid know last lay led let like lol long look lot
    love low mad make man may men message met minute minutes mom months mum need new nobody nor not nothing now
    number off old omg one our out own pay people per phone please pls problem put ran rather red reply response
    right run sad said sat saw say says see send sent seriously service set shame she sit six someone something son
    sort staff still stop stuck such sue support talk tell ten terrible thank thanks the there's they're thing think
    three thx times today told tomorrow tonight too top tot totally tried try trying twice two u've unacceptable
    upon use useless using via vip wait waited waiting was wasn't way we're we've wed week weeks what's who whole
    why win won won't work working works worst would wouldn't wow wrong wtf year years yes yesterday yet you you're
    you've
    """.split()
)
# What breaks has short names: app, bag, PIN, SIM.
_LEAST_LETTERS = 3
# A feature that at least this share of an incident's complaints have becomes one of the incident's.
_SHARE = 0.5
_MOST_FEATURES = 8
# A complaint without the main feature belongs to the incident if it has this many of the others.
_ENOUGH_OTHERS = 2
# An unusual feature that so many, and this share, of an incident's complaints have as well is another word for it.
_LEAST_SHARED = 3
_ALIAS_SHARE = 0.1
# More words than anybody has for one thing.
MOST_ALIASES = 10


class IncidentStatus(StrEnum):
    """Whether further complaints still join it."""

    LIVE = "live"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Incident:
    """What many customers have in common: ``features``, the main one first, and the ``label`` that people read.

    ``aliases`` are other words for the same cause, each enough to belong to it, as the main feature is. ``began_at`` is
    the time of the first complaint, ``latest_at`` of the latest, ``count`` the number of customers. It is live until
    ``ended_at``. ``usual`` is the baseline when it was detected: customers in a normal hour.
    """

    id: str
    label: str
    features: tuple[str, ...]
    began_at: datetime
    latest_at: datetime
    count: int
    usual: float
    ended_at: datetime | None = None
    aliases: tuple[str, ...] = ()

    @property
    def status(self) -> IncidentStatus:
        """Live until it has ended."""
        return IncidentStatus.LIVE if self.ended_at is None else IncidentStatus.OVER

    def covers(self, features: frozenset[str]) -> bool:
        """Whether a complaint with these features belongs to it; False once it has ended."""
        if self.ended_at is not None:
            return False
        main, *others = self.features
        is_named = main in features or not features.isdisjoint(self.aliases)
        return is_named or len(features.intersection(others)) >= _ENOUGH_OTHERS

    def is_also_called(self, feature: str, members: Sequence[frozenset[str]]) -> bool:
        """Whether ``feature`` is another word for its cause: enough of its ``members`` use it as well.

        It is known to be unusual in this hour, so that few are enough.
        """
        shared = sum(feature in features for features in members)
        is_same_brand = feature.partition("#")[0] == self.features[0].partition("#")[0]
        return is_same_brand and shared >= _LEAST_SHARED and shared >= _ALIAS_SHARE * len(members)


@dataclass(frozen=True, slots=True)
class Member:
    """A customer whom an incident affects, with the state of their own case: somebody to tell that it is fixed.

    ``recovery`` says how they came back after they were answered.
    """

    case_id: str
    author: Author
    link: str | None
    opened_at: datetime
    status: str
    severity: str
    recovery: RecoveryOutcome | None = None


def features_of(text: str, reasons: Iterable[Reason], brand: str) -> frozenset[str]:
    """What a complaint may have in common with others about the same brand, such as ``NimbusAir#about:outage``.

    Numbers, and the brand's own name, are left out.
    """
    about = (reason.rule.removeprefix("stake.") for reason in reasons if reason.rule.startswith("stake."))
    causes = {ABOUT + cause for cause in about if cause in _CAUSES}
    words = {word for word in content_words(text, _LEAST_LETTERS) if word not in _STOP_WORDS and not word.isdigit()}
    words = {word for word in words if brand.lower() not in word and word not in brand.lower()}
    return frozenset(f"{brand}#{name}" for name in causes | words)


def label_of(feature: str) -> str:
    """The text that people read for a feature: ``outage``, ``login``, ``lost all``."""
    return feature.partition("#")[2].removeprefix(ABOUT).replace("_", " ")


def features_in_common(main: str, members: Iterable[frozenset[str]]) -> tuple[str, ...]:
    """The features of an incident: ``main``, then those that half of its complaints share, the most frequent first.

    At most eight.
    """
    counted = Counter(feature for features in members if main in features for feature in features)
    enough = max(2.0, _SHARE * counted[main])
    others = sorted((name for name in counted if name != main and counted[name] >= enough), key=_rank(counted))
    return (main, *others[: _MOST_FEATURES - 1])


def _rank(counted: Mapping[str, int]) -> Callable[[str], tuple[int, str]]:
    return lambda name: (-counted[name], name)
