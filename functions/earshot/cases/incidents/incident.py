"""An incident: what many customers have in common, and by what a further complaint is known to be about it.

No outside service sorts complaints. Each has *features*: the kinds of trouble that triage found in it
(``about:outage``), and the words of its text that say what it is about. People who have one trouble share some.
Features are a brand's own: two brands that one stack listens for have no incident together.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from earshot.cases.conversation.similarity import words
from earshot.mentions.mention import Author
from earshot.triage.judgement import Reason

# The source that incidents have in place of a network's name: an incident is stored as a case of it.
SOURCE = "incident"
# All incidents have one author, so that the index of an author's cases lists them.
AUTHOR_ID = "incident"
AUTHOR_KEY = f"{SOURCE}#{AUTHOR_ID}"
# Kinds of trouble that many can have at once. That somebody leaves, or has asked before, is nothing to have in common.
_CAUSES = frozenset({"danger", "fraud", "journey", "money", "lost_all", "outage"})
ABOUT = "about:"
# What people write whatever their trouble is. A word that a brand's customers use all the time tells itself: it is as
# usual in this hour as in every other.
_SAID_BY_ALL = frozenset(
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
# A word that so many of an incident's complaints have is one of its own.
_SHARE = 0.5
_MOST_FEATURES = 8
# Without the main feature, so many of the others make a complaint one of the incident's.
_ENOUGH_OTHERS = 2


class IncidentStatus(StrEnum):
    """Whether further complaints still join it."""

    LIVE = "live"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Incident:
    """What many have in common: ``features``, the main one first, and the ``label`` by which people know it.

    ``began_at`` is the first complaint, ``latest_at`` the latest, ``count`` how many customers. It runs until
    ``ended_at``. ``usual`` is how many an hour would have been usual, when it was recognised.
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
        """Over once it has ended."""
        return IncidentStatus.LIVE if self.ended_at is None else IncidentStatus.OVER

    def covers(self, features: frozenset[str]) -> bool:
        """Whether a complaint with these features is about it."""
        if self.ended_at is not None:
            return False
        main, *others = self.features
        return main in features or len(features.intersection(others)) >= _ENOUGH_OTHERS


@dataclass(frozen=True, slots=True)
class Member:
    """A customer whom an incident affects, with where their own case stands: whom to tell that it is fixed."""

    case_id: str
    author: Author
    link: str | None
    opened_at: datetime
    status: str
    severity: str


def features_of(text: str, reasons: Iterable[Reason], brand: str) -> frozenset[str]:
    """What a complaint may have in common with others of the same brand, such as ``NimbusAir#about:outage``.

    The brand's own name is nothing to have in common.
    """
    about = (reason.rule.removeprefix("stake.") for reason in reasons if reason.rule.startswith("stake."))
    kinds = {ABOUT + cause for cause in about if cause in _CAUSES}
    told = {word for word in words(text) if word not in _SAID_BY_ALL and not word.isdigit()}
    told = {word for word in told if brand.lower() not in word and word not in brand.lower()}
    return frozenset(f"{brand}#{name}" for name in kinds | told)


def label_of(feature: str) -> str:
    """How people call what has this feature: ``outage``, ``login``, ``lost all``."""
    return feature.partition("#")[2].removeprefix(ABOUT).replace("_", " ")


def features_in_common(main: str, members: Iterable[frozenset[str]]) -> tuple[str, ...]:
    """The features of an incident: ``main``, then those that half of its complaints share, the commonest first."""
    counted = Counter(feature for features in members if main in features for feature in features)
    enough = max(2.0, _SHARE * counted[main])
    others = sorted((name for name in counted if name != main and counted[name] >= enough), key=_rank(counted))
    return (main, *others[: _MOST_FEATURES - 1])


def _rank(counted: Mapping[str, int]) -> Callable[[str], tuple[int, str]]:
    return lambda name: (-counted[name], name)
