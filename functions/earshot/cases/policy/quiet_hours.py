"""What mutes alerts that can wait: the quiet hours of the policy, and silences, which staff create.

Critical cases are never muted. A muted case is checked again when the quiet hours or the silence end: if it was
answered meanwhile, it alerts nobody.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from earshot.cases.case.case import Case
from earshot.cases.policy.business_hours import Calendar, opens_at
from earshot.cases.undo.undoable import UNDO_WITHIN
from earshot.errors import TransitionError
from earshot.triage.judgement import Severity

# A muted case is checked again after this time at the latest, so that a silence that was ended early is noticed.
RECHECK_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which cases a silence or quiet hours apply to; an empty part matches all. ``authors`` are handles or ids.

    ``topics`` are those of ``earshot.cases.case.assessment``. Handles are in lower case and without ``@``.
    """

    severities: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()

    def covers(self, case: Case) -> bool:
        """Whether it applies to ``case``."""
        handle = (case.author.handle or "").lower()
        return (
            (not self.severities or str(case.assessment.severity) in self.severities)
            and (not self.topics or case.topic in self.topics)
            and (not self.authors or handle in self.authors or case.author.id in self.authors)
        )


@dataclass(frozen=True, slots=True)
class QuietHours:
    """All hours except those of the calendar ``outside``, for the cases of ``scope``."""

    outside: Calendar
    scope: Scope = Scope()


@dataclass(frozen=True, slots=True)
class Silence:
    """No alerts for the cases of ``scope`` from ``begins`` until before ``ends``, created ``by`` a person for a reason.

    ``ended_by`` ended it early; it would have ended at ``planned_end``. ``undone_at`` is when the last of these, to
    create it or to end it, was undone.
    """

    id: str
    scope: Scope
    begins: datetime
    ends: datetime
    by: str
    why: str
    ended_by: str | None = None
    planned_end: datetime | None = None
    undone_at: datetime | None = None

    @property
    def label(self) -> str:
        """How the log of a case that it mutes names it."""
        return f"the silence of {self.by} ({self.why})"

    def end(self, at: datetime, by: str | None) -> "Silence":
        """Ended early, at ``at``."""
        return replace(self, ends=at, ended_by=by, planned_end=self.ends, undone_at=None)

    def undo(self, by: str, at: datetime) -> "Silence | None":
        """``by`` takes back what was done last: it is in force again, or it is over. None: that is undone already.

        TransitionError where somebody else did it, where it is too long ago, or where it would be over by now.
        """
        if self.undone_at is not None:
            return None
        is_ended = self.planned_end is not None
        what, who, since = ("ended", self.ended_by, self.ends) if is_ended else ("created", self.by, self.begins)
        if who != by:
            raise TransitionError(f"It was {who} who {what} the silence {self.id}: ask them.")
        if at - since > UNDO_WITHIN or not self.begins <= at < (self.planned_end or self.ends):
            raise TransitionError(f"The silence {self.id} was {what} too long ago: create or end one instead.")
        if self.planned_end is not None:
            return replace(self, ends=self.planned_end, ended_by=None, planned_end=None, undone_at=at)
        return replace(self.end(at, by), undone_at=at)

    def is_in_force(self, at: datetime) -> bool:
        """Whether it mutes alerts at ``at``."""
        return self.begins <= at < self.ends


@dataclass(frozen=True, slots=True)
class Mute:
    """Nobody is alerted before ``until``. ``why`` is for the log, such as ``the quiet hours outside 'office'``."""

    until: datetime
    why: str


def mute_of(case: Case, at: datetime, quiet_hours: Iterable[QuietHours], silences: Iterable[Silence]) -> Mute | None:
    """What mutes the alerts of a case at ``at``, and until when; None where nothing does."""
    if case.assessment.severity is Severity.CRITICAL:
        return None
    mutes = [
        Mute(min(silence.ends, at + RECHECK_EVERY), silence.label)
        for silence in silences
        if silence.is_in_force(at) and silence.scope.covers(case)
    ]
    for hours in quiet_hours:
        opens = opens_at(at, hours.outside)
        if opens > at and hours.scope.covers(case):
            mutes.append(Mute(opens, f"the quiet hours outside '{hours.outside.name}'"))
    # Of several the one that ends last. When it has ended the case is checked again.
    return max(mutes, key=lambda mute: mute.until, default=None)
