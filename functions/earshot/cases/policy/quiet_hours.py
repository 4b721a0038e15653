"""When nobody is alerted for what can wait: quiet hours, which a policy has, and silences, which staff put in place.

What is critical goes through both. What waits is looked at again when the hours open or the silence ends: whoever was
answered meanwhile alerts nobody.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from earshot.cases.case.case import Case
from earshot.cases.policy.business_hours import Calendar, opens_at
from earshot.triage.judgement import Severity

# A silence that is ended early is noticed within this time by what waits for its end.
LOOKS_AGAIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which cases something is about; each part that is empty is about all. ``authors`` are handles or ids.

    ``topics`` are those of ``earshot.cases.case.assessment``. Handles are in lower case and without ``@``.
    """

    severities: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()

    def covers(self, case: Case) -> bool:
        """Whether it is about ``case``."""
        handle = (case.author.handle or "").lower()
        return (
            (not self.severities or str(case.assessment.severity) in self.severities)
            and (not self.topics or case.topic in self.topics)
            and (not self.authors or handle in self.authors or case.author.id in self.authors)
        )


@dataclass(frozen=True, slots=True)
class QuietHours:
    """All hours but those of the calendar ``outside``, for the cases of ``scope``."""

    outside: Calendar
    scope: Scope = Scope()


@dataclass(frozen=True, slots=True)
class Silence:
    """Staff wants no alerts about the cases of ``scope`` from ``begins`` until before ``ends``, and says why.

    ``ended_by`` ended it before its time.
    """

    id: str
    scope: Scope
    begins: datetime
    ends: datetime
    by: str
    why: str
    ended_by: str | None = None

    def is_in_force(self, at: datetime) -> bool:
        """Whether it keeps alerts back at ``at``."""
        return self.begins <= at < self.ends


@dataclass(frozen=True, slots=True)
class Mute:
    """Nobody is alerted before ``until``; ``why`` is what the log says: ``the quiet hours``, ``a silence of mia's``."""

    until: datetime
    why: str


def mute_of(case: Case, at: datetime, quiet_hours: Iterable[QuietHours], silences: Iterable[Silence]) -> Mute | None:
    """What keeps a case from alerting anybody at ``at``, until when; None where nothing does."""
    if case.assessment.severity is Severity.CRITICAL:
        return None
    mutes = [
        Mute(min(silence.ends, at + LOOKS_AGAIN), f"the silence of {silence.by} ({silence.why})")
        for silence in silences
        if silence.is_in_force(at) and silence.scope.covers(case)
    ]
    for hours in quiet_hours:
        opens = opens_at(at, hours.outside)
        if opens > at and hours.scope.covers(case):
            mutes.append(Mute(opens, f"the quiet hours outside '{hours.outside.name}'"))
    # Of several the one that ends last; those that then still hold are found when it has ended.
    return max(mutes, key=lambda mute: mute.until, default=None)
