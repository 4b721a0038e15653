"""What mutes alerts that can wait: the quiet hours of the policy, and silences, which staff create.

Critical cases are never muted. A muted case is checked again when the quiet hours or the silence end: if it was
answered meanwhile, it alerts nobody.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from earshot.cases.case.case import Case
from earshot.cases.policy.business_hours import Calendar, opens_at
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

    ``ended_by`` ended it early.
    """

    id: str
    scope: Scope
    begins: datetime
    ends: datetime
    by: str
    why: str
    ended_by: str | None = None

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
        Mute(min(silence.ends, at + RECHECK_EVERY), f"the silence of {silence.by} ({silence.why})")
        for silence in silences
        if silence.is_in_force(at) and silence.scope.covers(case)
    ]
    for hours in quiet_hours:
        opens = opens_at(at, hours.outside)
        if opens > at and hours.scope.covers(case):
            mutes.append(Mute(opens, f"the quiet hours outside '{hours.outside.name}'"))
    # Of several the one that ends last. When it has ended the case is checked again.
    return max(mutes, key=lambda mute: mute.until, default=None)
