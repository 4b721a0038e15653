"""What a case remembers of the last act of a person, so that they can undo it.

A case remembers the parts that the act changed, and the version in which the act was stored. Whatever changes the case
later makes another version, and so ends the chance to undo; what only notes or sends something keeps it
(``still``).
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from earshot.cases.case.assessment import Assessment
from earshot.cases.case.ladder import Ladder
from earshot.cases.case.log import LogEntry, Verdict
from earshot.cases.case.recovery import Recovery
from earshot.cases.case.response import ResponseClock
from earshot.cases.case.status import Acknowledgement, Resolution, Status
from earshot.cases.holders.notice import Notice

if TYPE_CHECKING:
    from earshot.cases.case.case import Case

# As long as a customer with a critical complaint may wait. Whoever notices later decides anew: they reopen the case.
UNDO_WITHIN = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Undoable:
    """What ``by`` did at ``at`` (``what``, as the log says it), and the parts of the case as they were before.

    ``assessment`` and ``response`` are None where the act left them alone, ``answer`` is the time of the post that it
    took for an answer, and ``verdict`` what it said of the judgement. ``notices`` are what colleagues were to be told
    of it. ``version`` is that of the case as long as the act can be undone, ``left`` the status that it left.
    ``undone_at`` is set once it is undone.
    """

    what: str
    by: str
    at: datetime
    version: int
    left: Status
    status: Status
    acknowledgement: Acknowledgement
    resolution: Resolution
    ladder: Ladder
    recovery: Recovery
    assessment: Assessment | None = None
    response: ResponseClock | None = None
    answer: datetime | None = None
    verdict: Verdict | None = None
    notices: tuple[Notice, ...] = ()
    undone_at: datetime | None = None

    @classmethod
    def of(cls, before: "Case", after: "Case", entry: LogEntry, answer: datetime | None = None) -> "Undoable":
        """The act that made ``after`` of ``before``, with its log entry."""
        return cls(
            what=entry.what,
            by=entry.by,
            at=entry.at,
            version=before.version + 1,
            left=after.status,
            status=before.status,
            acknowledgement=before.acknowledgement,
            resolution=before.resolution,
            ladder=before.ladder,
            recovery=before.recovery,
            assessment=None if after.assessment == before.assessment else before.assessment,
            response=None if after.response == before.response else before.response,
            answer=answer,
            verdict=entry.verdict,
            notices=tuple(notice for notice in after.notices if notice not in before.notices),
        )

    @property
    def until(self) -> datetime:
        """The last moment at which it can be undone."""
        return self.at + UNDO_WITHIN

    def is_open(self, version: int) -> bool:
        """Whether nothing has happened since, to a case of this version."""
        return self.undone_at is None and self.version == version

    def still(self, version: int) -> "Undoable":
        """With a change of the case of ``version`` that takes nothing from anybody."""
        return replace(self, version=version + 1) if self.is_open(version) else self

    def notices_after(self, waiting: tuple[Notice, ...], by: str, at: datetime) -> tuple[Notice, ...]:
        """What colleagues are to be told once it is undone: nothing of it, or that it is, where they may know of it."""
        names, unsent = {notice.name for notice in self.notices}, {notice.name for notice in waiting}
        taken_back = (notice.undone(by, at) for notice in self.notices if notice.name not in unsent)
        return (*(notice for notice in waiting if notice.name not in names), *taken_back)

    def ladder_after(self, now: Ladder) -> Ladder:
        """The ladder as it was. Steps that were alerted meanwhile stay: their alerts are named after their numbers."""
        before, added = self.ladder, now.step - self.ladder.step
        if now.started_at != before.started_at or added <= 0:
            return before
        return replace(
            before,
            steps=now.steps[: now.step] + before.steps[before.step :],
            step=now.step,
            stepped_at=now.stepped_at,
            resumed_steps=tuple(step + added if step > before.step else step for step in before.resumed_steps),
        )
