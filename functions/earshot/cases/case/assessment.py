"""What a case was judged to be: by triage, by the reposts that it got, and by staff who corrected that."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from earshot.cases.case.log import OriginalAssessment, Verdict
from earshot.cases.case.posts import Spread
from earshot.triage.judgement import NEVER_URGENT, Intent, Judgement, Reason, Severity, severity_of, urgency_of
from earshot.triage.reach import with_reposts

if TYPE_CHECKING:
    from earshot.triage.terms.terms import Terms

# The rules of urgency, in docs/rules.md, each name a kind of trouble, and so do the answers of the reader.
_STAKE, _READER = "stake.", "reader."
# Nothing that those rules know is at stake.
OTHER = "other"
# In the order of earshot.triage.rules.stakes, which a test holds: nobody needs its patterns to know their names.
TOPICS = (
    "danger",
    "fraud",
    "journey",
    "money",
    "deadline",
    "lost_all",
    "repeated",
    "leaving",
    "authority",
    "outage",
    OTHER,
)


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a case is: its intent, urgency (0 to 100) and severity, with the reasons of its most urgent post.

    ``headline_reasons`` are the reasons without those that reposts added, and empty where they added none.
    ``original`` is what was judged before staff corrected it, ``corrected_by`` who did so last, ``confirmed_by`` who
    says that the case is judged rightly.
    """

    intent: Intent
    urgency: int
    severity: Severity
    reasons: tuple[Reason, ...]
    headline_reasons: tuple[Reason, ...] = ()
    original: OriginalAssessment | None = None
    corrected_by: str | None = None
    confirmed_by: str | None = None

    @classmethod
    def of(cls, judgement: Judgement) -> "Assessment":
        """The assessment that one post alone gives."""
        return cls(judgement.intent, judgement.urgency, judgement.severity, judgement.reasons)

    @property
    def topic(self) -> str:
        """What is at stake, as a name of ``TOPICS``."""
        return topic_of(self.reasons)

    @property
    def headline_urgency(self) -> int:
        """How urgent the most urgent post is without its reposts; or what staff say, if that is more."""
        if self.original is not None:
            return max(self.original.urgency, self.urgency)
        return urgency_of(self.headline_reasons) if self.headline_reasons else self.urgency

    def add_intent(self, intent: Intent) -> "Assessment":
        """With the intent of one more post: of the two the one that takes precedence."""
        return replace(self, intent=min(self.intent, intent, key=lambda one: one.precedence))

    def weigh(self, spread: Spread, terms: "Terms") -> "Assessment":
        """With the urgency that ``spread`` gives a complaint, on top of what its headline says. It never falls."""
        own = self.headline_reasons or self.reasons
        # Staff have seen what they corrected: only another post can raise it.
        if self.original is not None:
            return self
        if self.intent is not Intent.COMPLAINT or any(reason.rule == NEVER_URGENT for reason in own):
            return self
        reasons = with_reposts(own, spread.reposts, spread.repost_delays, terms)
        urgency = urgency_of(reasons)
        if reasons == own or urgency < self.urgency:
            return self
        severity = severity_of(urgency)
        return replace(self, reasons=reasons, headline_reasons=own, urgency=urgency, severity=severity)

    def correct(self, by: str, intent: Intent, severity: Severity) -> "Assessment | None":
        """``by`` says what it should have been; None where it is that already.

        The urgency moves into the severity's range by as little as possible, because lists are sorted by it.
        """
        if (intent, severity) == (self.intent, self.severity):
            return None
        return replace(
            self,
            intent=intent,
            severity=severity,
            urgency=_nearest_urgency(severity, self.urgency),
            original=self._judged,
            corrected_by=by,
            confirmed_by=None,
        )

    def confirm(self, by: str) -> "Assessment | None":
        """``by`` says that it is right; None where somebody has said so already."""
        return None if self.confirmed_by is not None else replace(self, confirmed_by=by)

    def verdict(self, intent: Intent | None, severity: Severity | None, why: str = "") -> Verdict:
        """What staff say of the judgement; with neither an intent nor a severity: that it is no complaint."""
        return Verdict(
            self._judged, tuple(dict.fromkeys(reason.rule for reason in self.reasons)), intent, severity, why
        )

    @property
    def _judged(self) -> OriginalAssessment:
        return self.original or OriginalAssessment(self.intent, self.severity, self.urgency)


def topic_of(reasons: Iterable[Reason]) -> str:
    """The name of the stake that weighs most, such as ``outage`` or ``money``; of equals the first; else ``other``."""
    named = ((reason.rule.removeprefix(_STAKE).removeprefix(_READER), reason) for reason in reasons)
    stakes = [(name, reason.points) for name, reason in named if name != reason.rule and name in TOPICS]
    return max(stakes, key=lambda stake: stake[1], default=(OTHER, 0))[0]


def _nearest_urgency(severity: Severity, urgency: int) -> int:
    urgencies = [each for each in range(101) if severity_of(each) is severity]
    return min(max(urgency, urgencies[0]), urgencies[-1])
