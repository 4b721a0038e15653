"""The result of triage: sentiment, intent, severity, reasons, and the judgement that holds them."""

import math
from dataclasses import dataclass
from enum import StrEnum

# The rule of the reason that a post could not be judged.
UNCLASSIFIED = "unclassified"
# The rule of the reason that keeps a post below high because of a phrase that the brand has listed.
NEVER_URGENT = "brand.never_urgent"

# The lowest urgency of each severity; what is below ``NORMAL`` is low.
CRITICAL, HIGH, NORMAL = 80, 60, 30


class Analyzer(StrEnum):
    """The service or library that measured the sentiment."""

    COMPREHEND = "comprehend"
    LEXICON = "lexicon"


class Intent(StrEnum):
    """What the author wants, in order of precedence: a case has the first of its posts' intents."""

    COMPLAINT = "complaint"
    QUESTION = "question"
    OPPORTUNITY = "opportunity"
    PRAISE = "praise"
    OTHER = "other"

    @property
    def precedence(self) -> int:
        """The position in the order of precedence, 0 for the first."""
        return list(Intent).index(self)


class Severity(StrEnum):
    """How soon somebody must answer."""

    CRITICAL = "critical"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


ALERTING = frozenset({Severity.CRITICAL, Severity.HIGH})
"""The severities that alert somebody, where no policy says otherwise."""


@dataclass(frozen=True, slots=True)
class Sentiment:
    """Four shares that add up to 1, as Amazon Comprehend reports them."""

    positive: float
    negative: float
    neutral: float
    mixed: float
    analyzer: Analyzer

    @property
    def label(self) -> str:
        """The name of the greatest share: ``positive``, ``negative``, ``neutral`` or ``mixed``."""
        shares = {"negative": self.negative, "positive": self.positive, "mixed": self.mixed, "neutral": self.neutral}
        return max(shares, key=lambda name: shares[name])


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule that fired: its identifier, its points of urgency, and what staff read."""

    rule: str
    points: int
    text: str


def probability(log_odds: float) -> float:
    """The probability that has these natural log-odds."""
    # Beyond this it is 0 or 1 to the last digit, and exp() would overflow.
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, log_odds))))


def severity_of(urgency: int) -> Severity:
    """Critical from an urgency of 80, high from 60, normal from 30, low below."""
    if urgency >= CRITICAL:
        return Severity.CRITICAL
    if urgency >= HIGH:
        return Severity.HIGH
    return Severity.NORMAL if urgency >= NORMAL else Severity.LOW


def urgency_of(reasons: tuple[Reason, ...]) -> int:
    """The sum of the points of ``reasons``, limited to 0 to 100."""
    return min(100, max(0, sum(reason.points for reason in reasons)))


@dataclass(frozen=True, slots=True)
class Judgement:
    """The result for one mention. ``complaint_score`` is a probability, 0 to 1; ``urgency`` is 0 to 100.

    ``sentiment`` is None, not "neutral", where nothing could measure it. ``reader`` is the id of the language model
    that read the post as well, None where none did. ``urgent_score`` is the probability, 0 to 1, that its words are
    those of a complaint that cannot wait; urgency weighs author, reach, age and the brand's terms as well.
    """

    language: str | None
    sentiment: Sentiment | None
    intent: Intent
    complaint_score: float
    urgency: int
    severity: Severity
    reasons: tuple[Reason, ...]
    reader: str | None = None
    urgent_score: float = 0.0

    @property
    def is_unclassified(self) -> bool:
        """Whether no rule and no sentiment covers the language, so that a person must look."""
        return any(reason.rule == UNCLASSIFIED for reason in self.reasons)
