"""Service recovery: whether a customer who complained came back after the answer, and in which mood.

Their latest opinion of the brand counts, in whichever conversation: praise or another complaint. The latest of several
is the same in whatever order they are read, so the same posts always give the same result.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from earshot.cases.case.log import EARSHOT, LogEntry
from earshot.mentions.mention import Mention
from earshot.triage.judgement import Intent, Judgement

# What a customer says later than this after a case opened is about other things.
COUNTS_FOR = timedelta(days=30)
# A customer who has said nothing for so long after the answer will probably say nothing more.
SILENT_AFTER = timedelta(days=14)


class RecoveryStatus(StrEnum):
    """How a customer who had complained came back, or that they did not."""

    RECOVERED = "recovered"
    RELAPSED = "relapsed"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class CustomerOpinion:
    """Praise (``is_pleased``) or a complaint: when it was posted, and the id of the mention."""

    at: datetime
    mention_id: str
    is_pleased: bool

    @classmethod
    def of(cls, mention: Mention, judgement: Judgement) -> "CustomerOpinion | None":
        """What a post says of the brand; None for the brand's own posts, reposts, and every other intent."""
        if mention.own or mention.is_repost or judgement.intent not in (Intent.PRAISE, Intent.COMPLAINT):
            return None
        return cls(mention.created_at, mention.id, judgement.intent is Intent.PRAISE)

    def counts_for(self, opened_at: datetime) -> bool:
        """Whether it can be about a case that opened at ``opened_at``."""
        return opened_at <= self.at <= opened_at + COUNTS_FOR


def latest(*opinions: CustomerOpinion | None) -> CustomerOpinion | None:
    """The latest opinion; of two at the same moment always the same one."""
    known = (opinion for opinion in opinions if opinion is not None)
    return max(known, key=lambda opinion: (opinion.at, opinion.mention_id), default=None)


@dataclass(frozen=True, slots=True)
class RecoveryOutcome:
    """How a customer came back, when, and the id of the mention that says so: None where they are silent."""

    status: RecoveryStatus
    at: datetime
    mention_id: str | None

    def log_entry(self, at: datetime) -> LogEntry:
        """What the log of the case says, when it is noticed at ``at``."""
        is_recovered = self.status is RecoveryStatus.RECOVERED
        what, does = ("came back pleased", "praises") if is_recovered else ("relapsed", "complains again")
        return LogEntry(at, EARSHOT, what, f"the customer {does} after the answer, in post {self.mention_id}")


@dataclass(frozen=True, slots=True)
class Recovery:
    """What became of the complaint of a case's author.

    ``complained_at`` is their first complaint in the case, ``answered_at`` the brand's first post since, ``settled_at``
    when staff first resolved it. ``last_opinion`` is their latest praise or complaint anywhere, and ``outcome`` what it
    says of the answer. ``earlier_complaints`` counts their complaints in other cases, as known when they praised.
    """

    complained_at: datetime | None = None
    answered_at: datetime | None = None
    settled_at: datetime | None = None
    last_opinion: CustomerOpinion | None = None
    outcome: RecoveryOutcome | None = None
    earlier_complaints: int = 0

    @property
    def ended_at(self) -> datetime | None:
        """When the complaint was first answered, or resolved by staff."""
        return self._first_since_complaint(at for at in (self.answered_at, self.settled_at) if at is not None)

    @property
    def current_outcome(self) -> RecoveryOutcome | None:
        """What the latest opinion says of the answer that came before it; None where it says nothing."""
        opinion, ended_at = self.last_opinion, self.ended_at
        if opinion is None or ended_at is None or opinion.at <= ended_at:
            return None
        status = RecoveryStatus.RECOVERED if opinion.is_pleased else RecoveryStatus.RELAPSED
        return RecoveryOutcome(status, opinion.at, opinion.mention_id)

    def known_at(self, now: datetime) -> RecoveryOutcome | None:
        """How the story has ended by ``now``; None while it has not: no answer yet, or too short ago."""
        ended_at = self.ended_at
        if self.outcome is not None or ended_at is None or not is_silent(self.outcome, ended_at, now):
            return self.outcome
        return RecoveryOutcome(RecoveryStatus.SILENT, ended_at + SILENT_AFTER, None)

    def is_pleased_since(self, asked_at: datetime) -> bool:
        """Whether the customer came back pleased, and has asked for nothing after ``asked_at``."""
        back = self.outcome
        return back is not None and back.status is RecoveryStatus.RECOVERED and back.at >= asked_at

    def hear(self, opinion: CustomerOpinion) -> "Recovery":
        """With an opinion that the customer gave elsewhere."""
        return replace(self, last_opinion=latest(self.last_opinion, opinion))

    def see_answers(self, answers: Iterable[datetime]) -> "Recovery":
        """With the times of all the brand's posts that answer the customer."""
        return replace(self, answered_at=self._first_since_complaint(answers))

    def settle(self, at: datetime) -> "Recovery":
        """Staff resolved the case at ``at``; where they had done so before, that stays."""
        before = () if self.settled_at is None else (self.settled_at,)
        return replace(self, settled_at=self._first_since_complaint(before) or at)

    def unsettle(self) -> "Recovery":
        """Staff reopened the case: it was not resolved after all."""
        return replace(self, settled_at=None)

    def _first_since_complaint(self, times: Iterable[datetime]) -> datetime | None:
        complained_at = self.complained_at
        return None if complained_at is None else min((at for at in times if at >= complained_at), default=None)


def is_silent(outcome: RecoveryOutcome | None, ended_at: datetime | None, now: datetime) -> bool:
    """Whether a complaint was answered, and the customer has not come back within ``SILENT_AFTER``."""
    return outcome is None and ended_at is not None and now >= ended_at + SILENT_AFTER
