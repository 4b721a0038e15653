"""The log of a case: one entry for each transition, and what staff said of a judgement."""

from dataclasses import dataclass
from datetime import datetime

from earshot.triage.judgement import Intent, Severity

# Who did what no person did.
EARSHOT = "earshot"


@dataclass(frozen=True, slots=True)
class OriginalAssessment:
    """What triage judged a case to be, before staff corrected it."""

    intent: Intent
    severity: Severity
    urgency: int

    def __str__(self) -> str:
        return f"judged {self.intent}, {self.severity}, urgency {self.urgency}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What staff say of a judgement that ``rules`` led to: it should have been ``intent`` and ``severity``.

    Both are None where they only say that it is no complaint. ``is_withdrawn``: they have taken back what they said.
    """

    original: OriginalAssessment
    rules: tuple[str, ...]
    intent: Intent | None = None
    severity: Severity | None = None
    why: str = ""
    is_withdrawn: bool = False

    @property
    def is_right(self) -> bool:
        """Whether staff agree with the judgement."""
        return (self.intent, self.severity) == (self.original.intent, self.original.severity)

    @property
    def summary(self) -> str:
        """What was judged and by which rules, for the log."""
        return f"{self.original} by {', '.join(self.rules) or 'no rule'}"


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One line of a case's log: when, who (a person, or ``EARSHOT``), what happened, and why.

    ``verdict`` is set where staff said something of the judgement.
    """

    at: datetime
    by: str
    what: str
    text: str
    verdict: Verdict | None = None
