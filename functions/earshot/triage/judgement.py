"""The words in which triage speaks: sentiment, intent, severity, reasons, and the judgement that holds them."""

from dataclasses import dataclass
from enum import StrEnum

# The rule of the one reason that says that there is no judgement.
UNCLASSIFIED = "unclassified"
# The rule of the reason that keeps a post from paging, because its brand has said so.
NEVER_URGENT = "brand.never_urgent"

# The least urgency of each severity.
CRITICAL, HIGH, NORMAL = 80, 60, 30


class Analyzer(StrEnum):
    """What measured the sentiment."""

    COMPREHEND = "comprehend"
    LEXICON = "lexicon"


class Intent(StrEnum):
    """What the author wants. The order is that of precedence within a case, strongest first."""

    COMPLAINT = "complaint"
    QUESTION = "question"
    OPPORTUNITY = "opportunity"
    PRAISE = "praise"
    OTHER = "other"

    @property
    def precedence(self) -> int:
        """0 for the intent that a case takes before all others."""
        return list(Intent).index(self)


class Severity(StrEnum):
    """How soon somebody must answer."""

    CRITICAL = "critical"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Sentiment:
    """Four shares that add up to one, as Comprehend gives them, and who measured them."""

    positive: float
    negative: float
    neutral: float
    mixed: float
    analyzer: Analyzer

    @property
    def label(self) -> str:
        """The greatest of the four: ``positive``, ``negative``, ``neutral`` or ``mixed``."""
        shares = {"negative": self.negative, "positive": self.positive, "mixed": self.mixed, "neutral": self.neutral}
        return max(shares, key=lambda name: shares[name])


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule that fired: its identifier, the points of urgency it gave, and what staff read."""

    rule: str
    points: int
    text: str


def severity_of(urgency: int) -> Severity:
    """Critical from 80, high from 60, normal from 30, low below."""
    if urgency >= CRITICAL:
        return Severity.CRITICAL
    if urgency >= HIGH:
        return Severity.HIGH
    return Severity.NORMAL if urgency >= NORMAL else Severity.LOW


def total(reasons: tuple[Reason, ...]) -> int:
    """The urgency that ``reasons`` add up to."""
    return min(100, max(0, sum(reason.points for reason in reasons)))


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a mention means. ``sentiment`` is None where the language could not be judged (never "neutral").

    ``complaint_score`` is 0 to 1, ``urgency`` 0 to 100.
    """

    language: str | None
    sentiment: Sentiment | None
    intent: Intent
    complaint_score: float
    urgency: int
    severity: Severity
    reasons: tuple[Reason, ...]

    @property
    def is_unclassified(self) -> bool:
        """Nothing here reads the language: a person must look."""
        return any(reason.rule == UNCLASSIFIED for reason in self.reasons)
