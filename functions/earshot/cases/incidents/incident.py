"""An incident: what many customers have in common, and how a further complaint is recognised as part of it.

Each complaint has *features*: the kinds of trouble that triage found in it (``about:outage``), and the words that say
what it is about. Customers who have the same problem share some of them. Features include the brand, so that two brands
that one stack listens for never share an incident.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from earshot.cases.conversation.similarity import content_words
from earshot.mentions.mention import Author
from earshot.triage.judgement import Reason

# The source that incidents have in place of a network's name: an incident is stored as a case of it.
SOURCE = "incident"
# All incidents have the same author, so that the index of an author's cases lists them.
AUTHOR_ID = "incident"
AUTHOR_KEY = f"{SOURCE}#{AUTHOR_ID}"
# Kinds of trouble that many can have at once. Others, such as leaving the brand, are each customer's own.
_CAUSES = frozenset({"danger", "fraud", "journey", "money", "lost_all", "outage"})
ABOUT = "about:"
# What people write whatever their problem is. Words that only the customers of one brand use all the time need no list:
# they are as frequent in this hour as in every other.
_STOP_WORDS = frozenset(
    """
    account again agent anyone anything asked awful back because better call called can't cannot care company contact
    customer customers days didn't disgrace does doesn't doing done don't email ever every everyone experience fail
    fault first fixed getting give gone good great guys half hate hello help help! here's hour hours i'll i'm i've issue
    isn't it's joke keep keeps know last like long look love make message minute minutes months need nobody nothing
    number people phone please problem rather reply response right said says send sent seriously service shame someone
    something sort staff still stop stuck support talk tell terrible thank thanks there's thing think three times today
    told tomorrow tonight totally tried trying twice ever unacceptable useless using wait waited waiting wasn't week
    weeks what's whole won't work working works worst would wouldn't wrong year years yesterday
    """.split()
)
# A feature that at least this share of an incident's complaints have becomes one of the incident's.
_SHARE = 0.5
_MOST_FEATURES = 8
# A complaint without the main feature belongs to the incident if it has this many of the others.
_ENOUGH_OTHERS = 2


class IncidentStatus(StrEnum):
    """Whether further complaints still join it."""

    LIVE = "live"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Incident:
    """What many customers have in common: ``features``, the main one first, and the ``label`` that people read.

    ``began_at`` is the time of the first complaint, ``latest_at`` of the latest, ``count`` the number of customers. It
    is live until ``ended_at``. ``usual`` is the baseline when it was detected: customers in a normal hour.
    """

    id: str
    label: str
    features: tuple[str, ...]
    began_at: datetime
    latest_at: datetime
    count: int
    usual: float
    ended_at: datetime | None = None

    @property
    def status(self) -> IncidentStatus:
        """Live until it has ended."""
        return IncidentStatus.LIVE if self.ended_at is None else IncidentStatus.OVER

    def covers(self, features: frozenset[str]) -> bool:
        """Whether a complaint with these features belongs to it; False once it has ended."""
        if self.ended_at is not None:
            return False
        main, *others = self.features
        return main in features or len(features.intersection(others)) >= _ENOUGH_OTHERS


@dataclass(frozen=True, slots=True)
class Member:
    """A customer whom an incident affects, with the state of their own case: somebody to tell that it is fixed."""

    case_id: str
    author: Author
    link: str | None
    opened_at: datetime
    status: str
    severity: str


def features_of(text: str, reasons: Iterable[Reason], brand: str) -> frozenset[str]:
    """What a complaint may have in common with others about the same brand, such as ``NimbusAir#about:outage``.

    Numbers, and the brand's own name, are left out.
    """
    about = (reason.rule.removeprefix("stake.") for reason in reasons if reason.rule.startswith("stake."))
    causes = {ABOUT + cause for cause in about if cause in _CAUSES}
    words = {word for word in content_words(text) if word not in _STOP_WORDS and not word.isdigit()}
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
