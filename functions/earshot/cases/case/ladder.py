"""The escalation ladder of a case: whom it has alerted, whom it alerts next, and what keeps it waiting."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from earshot.cases.case.log import EARSHOT, LogEntry
from earshot.cases.case.status import Delivery
from earshot.triage.judgement import Severity

# For how many minutes alerts can be snoozed; what must wait longer is acknowledged or handed over.
SNOOZES = (30, 60)
# A step whose alert has not been logged as sent after this long is handed to the notifier again.
NUDGE_AFTER = timedelta(minutes=2)
_MINUTE = timedelta(minutes=1)
# The escalator comes once a minute and a few seconds after it: a step that waited for it to the second would lose a
# minute each time.
_EARLY = timedelta(seconds=30)


class Alerting(StrEnum):
    """What the notifier has to do for a case: only ``DUE`` reaches it."""

    OFF = "off"
    WAITING = "waiting"
    DUE = "due"
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a ladder: the rung that it alerts (1 is whoever is on call), and how long after the start."""

    rung: int
    after_minutes: int


# Gives the steps for a severity; () alerts nobody.
LadderFor = Callable[[Severity], tuple[Step, ...]]


@dataclass(frozen=True, slots=True)
class Ladder:
    """The steps of a case's alerting, fixed when it starts, and how far it has climbed.

    ``step`` counts the steps that have fallen due, the latest of them at ``stepped_at``. While somebody had the case
    the ladder was paused, in all for ``paused_seconds``; ``resumed_steps`` are the steps with which it went on after an
    acknowledgement expired. Nobody is alerted before ``snoozed_until``. ``handed_over_by`` passed the case on, and the
    next rung is being alerted. ``muted_by`` says which quiet hours or silence the ladder waits for. Of ``untold_steps``
    nobody could be told. ``author_bound_until``: so many cases of the author have alerted that no further one does
    before then; without steps, this is one of those that do not. ``is_crowd``: not of the author alone, but of new
    accounts.
    """

    steps: tuple[Step, ...] = ()
    started_at: datetime | None = None
    step: int = 0
    stepped_at: datetime | None = None
    alerting: Alerting = Alerting.OFF
    paused_seconds: int = 0
    resumed_steps: tuple[int, ...] = ()
    snoozed_until: datetime | None = None
    snoozed_by: str | None = None
    handed_over_by: str | None = None
    muted_by: str | None = None
    delivery: Delivery = field(default_factory=Delivery)
    untold_steps: tuple[int, ...] = ()
    author_bound_until: datetime | None = None
    is_crowd: bool = False

    @property
    def rung(self) -> int | None:
        """The rung that was alerted last; None before the first step."""
        return self.steps[self.step - 1].rung if self.step else None

    @property
    def has_started(self) -> bool:
        """Whether there are steps, with a time from which they count."""
        return bool(self.steps) and self.started_at is not None

    @property
    def next_step_at(self) -> datetime | None:
        """When the next step falls due; None where the ladder has ended or does not run.

        Its wait begins when the step before was told, to within half a minute. While nobody can be told of that, it
        begins when the alert was to be sent.
        """
        if self.alerting is Alerting.OFF or self.started_at is None or self.step >= len(self.steps):
            return None
        planned, since = self.step_at(self.step + 1), self.delivery.told_at or self.delivery.planned_at
        if self.step == 0 or since is None:
            return planned
        wait = timedelta(minutes=self.steps[self.step].after_minutes - self.steps[self.step - 1].after_minutes)
        return max(planned, since + wait - _EARLY)

    @property
    def wakes_at(self) -> datetime | None:
        """When the escalator must look at it: for the next step, or earlier for an alert that nobody logged as sent."""
        nudge_at = None
        if self.alerting is Alerting.DUE and self.stepped_at is not None:
            nudge_at = self.delivery.waits_until or self.stepped_at + NUDGE_AFTER
        return min((at for at in (self.next_step_at, nudge_at) if at is not None), default=None)

    def step_at(self, step: int) -> datetime:
        """When a step, 1 for the first, falls due or fell due."""
        return self._begun_at + timedelta(minutes=self.steps[step - 1].after_minutes)

    def start(self, steps: tuple[Step, ...], at: datetime) -> "Ladder":
        """Begin with ``steps``; the first falls due at ``at`` plus its wait."""
        return replace(
            self,
            steps=steps,
            started_at=at,
            paused_seconds=0,
            resumed_steps=(),
            untold_steps=(),
            step=0,
            stepped_at=None,
            alerting=Alerting.WAITING,
            author_bound_until=None,
            is_crowd=False,
        )

    @property
    def is_withheld(self) -> bool:
        """Whether it has not begun because too many cases of the author, or of new accounts, have alerted."""
        return self.author_bound_until is not None and not self.steps

    def stop(self) -> "Ladder":
        """Alert nobody any more. Its steps stay, in case the case is handed over or opened again."""
        return replace(self.switch_off()._released(), author_bound_until=None)

    def switch_off(self) -> "Ladder":
        """Alert nobody, because an incident does; a snooze or a handover is not forgotten."""
        return replace(self._before_sending(), alerting=Alerting.OFF, muted_by=None)

    def step_up(self, at: datetime) -> "Ladder":
        """The next step falls due at ``at``, whatever its wait."""
        return replace(self._before_sending(), step=self.step + 1, stepped_at=at, alerting=Alerting.DUE)

    def climb(self, at: datetime) -> "tuple[Ladder, LogEntry] | None":
        """The next step, or a nudge for an alert that nobody logged as sent; None: nothing is due at ``at``."""
        if self.wakes_at is None or self.wakes_at > at:
            return None
        if self.next_step_at is None or self.next_step_at > at:
            return self.nudge(at)
        late = math.ceil((self.next_step_at - self.step_at(self.step + 1)).total_seconds())
        untold = self.untold_steps + ((self.step + 1,) if self._is_untold else ())
        risen = replace(self, paused_seconds=self.paused_seconds + late, untold_steps=untold, muted_by=None)
        risen = risen.step_up(at)._released()
        text = f"step {risen.step} of {len(self.steps)}, rung {risen.rung}: {self._why_next}"
        return risen, LogEntry(at, EARSHOT, "escalated", text)

    def nudge(self, at: datetime) -> "tuple[Ladder, LogEntry] | None":
        """Hand an alert that nobody logged as sent to the notifier again; None where there is none."""
        if self.alerting is not Alerting.DUE:
            return None
        why = f"the alert of step {self.step} was not logged as sent: again"
        grouped_until, retry_at = self.delivery.grouped_until, self.delivery.retry_at
        if grouped_until is not None and grouped_until <= at:
            why = f"the alert of step {self.step} has waited for others"
        retry_at = None if retry_at is None or retry_at <= at else retry_at
        delivery = replace(self.delivery, grouped_until=None, retry_at=retry_at)
        nudged = replace(self, stepped_at=at, delivery=delivery)
        return nudged, LogEntry(at, EARSHOT, "nudged", why)

    def tell(self, at: datetime) -> "Ladder":
        """Somebody was told of the current step at ``at``; where that is known of an earlier moment, it stays."""
        return self if self.delivery.told_at is not None else self._delivered(told_at=at)

    def mark_sent(self) -> "Ladder":
        """Every alert of the steps so far has been sent and logged."""
        return replace(self._delivered(grouped_until=None, retry_at=None), alerting=Alerting.SENT)

    def group_until(self, until: datetime) -> "Ladder | None":
        """The alert that is due is sent at ``until``, with others; None where it is known already, or none is due."""
        if self.alerting is not Alerting.DUE or self.delivery.grouped_until == until:
            return None
        return self._delivered(grouped_until=until, planned_at=until)

    def await_retry(self, until: datetime) -> "Ladder | None":
        """What was not confirmed is tried again at ``until``; None where that is planned already, or nothing is due."""
        retry_at = self.delivery.retry_at
        if self.alerting is not Alerting.DUE or (retry_at is not None and retry_at <= until):
            return None
        return self._delivered(retry_at=until)

    def mute(self, step: int, until: datetime, by: str) -> "Ladder":
        """Alert nobody before ``until``; then go on with ``step``, of which nothing was sent."""
        waited = (until - self.step_at(step)).total_seconds()
        return replace(
            self._before_sending(),
            step=step - 1,
            paused_seconds=self.paused_seconds + max(0, math.ceil(waited)),
            alerting=Alerting.WAITING,
            muted_by=by,
        )

    def snooze(self, by: str, at: datetime, minutes: int) -> "Ladder | None":
        """Alert nobody for so many minutes, then alert the same rung again, and go on from there.

        None where it is snoozed for that long already. The end is counted in whole minutes from the ladder's start, and
        so may be up to a minute later.
        """
        begun_at = self._begun_at
        # Where the next step alerts this rung for the first time, or is the end of a snooze, it need only come later.
        kept = self.step if self.step == 0 or self.snoozed_until else self.step - 1
        minute = -((begun_at - at - timedelta(minutes=minutes)) // _MINUTE)
        later = max(minute, self.steps[kept].after_minutes)
        until = begun_at + timedelta(minutes=later)
        # A second press of the same button may fall into the next minute.
        if self.snoozed_until is not None and until <= self.snoozed_until + _MINUTE:
            return None
        return replace(
            self._before_sending(),
            steps=self.steps[: self.step] + _moved(self.steps[kept:], later),
            alerting=Alerting.WAITING,
            snoozed_until=until,
            snoozed_by=by,
            handed_over_by=None,
            muted_by=None,
        )

    def hand_over(self, at: datetime) -> "Ladder | None":
        """Alert the next other rung at once; a ladder that is used up begins once more. None: there is no other."""
        rest = self._after_this_rung
        if not rest:
            return None
        minute = (at - self._begun_at) // _MINUTE
        return replace(self, steps=self.steps[: self.step] + _moved(rest, minute)).step_up(at)

    def resume(self, at: datetime) -> "Ladder":
        """Take the next step at ``at``, and the further ones as long after that as they would have been.

        Where every step was used, the last rung is alerted once more. A ladder that was to begin later still is.
        """
        assert self.started_at is not None, "a ladder that has steps has started"
        if self.step == 0 and self.started_at > at:
            return replace(self, alerting=Alerting.WAITING)
        steps = self.steps if self.step < len(self.steps) else (*self.steps, self.steps[-1])
        would_be_at = self.started_at + timedelta(minutes=steps[self.step].after_minutes)
        return replace(
            self,
            steps=steps,
            paused_seconds=math.floor((at - would_be_at).total_seconds()),
            resumed_steps=(*self.resumed_steps, self.step + 1),
            alerting=Alerting.WAITING,
        )

    def _released(self) -> "Ladder":
        """As it is where nobody has snoozed it or handed it over."""
        return replace(self, snoozed_until=None, snoozed_by=None, handed_over_by=None)

    def _before_sending(self) -> "Ladder":
        """As it is before an alert is sent, or held back."""
        return replace(self, delivery=Delivery())

    def _delivered(self, **known: datetime | None) -> "Ladder":
        return replace(self, delivery=replace(self.delivery, **known))

    @property
    def _is_untold(self) -> bool:
        """Whether nobody is known to have been told of the current step, and not because a person stopped that."""
        return self.step > 0 and self.alerting is Alerting.DUE and self.delivery.told_at is None

    @property
    def _begun_at(self) -> datetime:
        """The moment from which the waits of the steps count, the pauses left out."""
        assert self.started_at is not None, "a ladder that has steps has started"
        return self.started_at + timedelta(seconds=self.paused_seconds)

    @property
    def _why_next(self) -> str:
        if self.muted_by:
            return f"waited for the end of {self.muted_by}"
        if self.snoozed_until:
            return "the snooze is over"
        if self.step + 1 in self.resumed_steps:
            return "the acknowledgement expired"
        if self._is_untold:
            return f"rung {self.rung} could not be told"
        return "alerting begins" if self.step == 0 else "nobody acknowledged in time"

    @property
    def _after_this_rung(self) -> tuple[Step, ...]:
        """The steps from the next other rung on; after the last of them each rung once more, and () if it is alone."""
        others = [place for place, step in enumerate(self.steps) if step.rung != self.rung]
        ahead = next((place for place in others if place >= self.step), None)
        if ahead is not None:
            return self.steps[ahead:]
        rungs = len({step.rung for step in self.steps})
        return self.steps[others[0] :][:rungs] if others else ()


def _moved(steps: tuple[Step, ...], first: int) -> tuple[Step, ...]:
    """The steps with the waits between them, the first of them ``first`` minutes after the ladder's start."""
    return tuple(replace(step, after_minutes=step.after_minutes + first - steps[0].after_minutes) for step in steps)
