"""A case: what the brand owes one customer, from the first complaint to the answer and beyond.

Every transition gives the case as it is afterwards and one log entry. Nothing here reads a clock or a store.
"""

import math
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import quote

from earshot.cases.clock import Target, Timeliness, target_of
from earshot.cases.incident import Incident
from earshot.cases.recovery import Recovery, Turn, Word, answered_at
from earshot.cases.topic import topic_of
from earshot.errors import TransitionError
from earshot.mentions.mention import Author
from earshot.triage.judgement import NEVER_URGENT, Intent, Reason, Severity, severity_of, total
from earshot.triage.reach import louder
from earshot.triage.terms import Terms

# So many reposts say by themselves how far a post carries: when the later ones came does not matter any more.
MOST_DELAYS = 100
# For how many minutes a case may be put off; what waits longer is taken or handed over.
SNOOZES = (30, 60)
# A step whose alert has not been logged as sent after this long is handed to the notifier again.
NUDGE_AFTER = timedelta(minutes=2)
# So long somebody may hold a case without an answer, as PagerDuty has it.
ACKNOWLEDGEMENT_LASTS = timedelta(minutes=30)


class Status(StrEnum):
    """Where a case stands. A case that is reopened is open again, and its log says so."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    REPLIED = "replied"
    RESOLVED = "resolved"


class Alerting(StrEnum):
    """What the notifier has to do with a case: only ``due`` reaches it."""

    OFF = "off"
    WAITING = "waiting"
    DUE = "due"
    SENT = "sent"


class Outcome(StrEnum):
    """How a case ended, for those who resolved it; the last one says that it was judged wrongly."""

    ANSWERED = "answered"
    FIXED = "fixed"
    COMPENSATED = "compensated"
    NO_ANSWER_NEEDED = "no answer needed"
    THANKED = "thanked"
    NOT_REACHABLE = "not reachable"
    NOT_A_COMPLAINT = "not a complaint"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an escalation ladder: whom it alerts (rung 1 is whoever is on call), and when after the start."""

    rung: int
    after_minutes: int


@dataclass(frozen=True, slots=True)
class Judged:
    """What a case was judged to be, before staff corrected it."""

    intent: Intent
    severity: Severity
    urgency: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What staff say of a judgement, which ``rules`` made: that it should have been ``intent`` and ``severity``.

    Both are None where they only say that it is no complaint.
    """

    judged: Judged
    rules: tuple[str, ...]
    intent: Intent | None = None
    severity: Severity | None = None
    why: str = ""

    @property
    def is_right(self) -> bool:
        """Whether the judgement is what they say."""
        return (self.intent, self.severity) == (self.judged.intent, self.judged.severity)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a case's log: when, who (a person, or ``earshot``), what happened, and why.

    ``verdict`` is what it says of the judgement, where it says something of it.
    """

    at: datetime
    by: str
    what: str
    text: str
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """What is owed in one conversation. Times are aware and in UTC; ``reach`` counts followers of all who spread it.

    The case is its author's who was the first to be owed an answer, with the mention ``owed_id``, and it opened with
    that author's first post in the conversation. ``text``, ``link`` and ``reasons`` are those of its most urgent
    mention, ``headline_id``. Where reposts have added reasons, ``headline_reasons`` are those without them.
    ``repost_delays`` are the seconds from a post to its reposts, in rising order, the shortest ``MOST_DELAYS``.
    ``ladder`` is frozen when alerting begins, and ``step`` counts the steps of it that have fallen due. Until
    ``snoozed_until`` nobody is alerted; ``handed_over_by`` passed the case on, and the next rung is being alerted. The
    ladder stood still for ``ladder_held`` seconds while somebody held the case, and ``resumed`` are the steps that it
    then went on with. ``target`` is frozen when the case opens, when it is asked again, and when it becomes more urgent
    or means something else; None in cases from before there were policies. ``timeliness`` is what the log says of the
    wait by now. An alert that is due is sent with others at ``held_until``; ``hushed`` says why the ladder waits.
    ``incident`` is what many customers have in common, where the case stands for all of them; ``incident_id`` names the
    incident that alerts in place of this case. ``judged`` is what the case was judged to be, where staff have corrected
    that since, ``corrected_by`` who did, and ``confirmed_by`` who says that it is right. ``version`` is the thread's.

    ``complained_at`` is the author's first complaint here, ``complaint_answered_at`` the brand's first post since, and
    ``settled_at`` when staff first resolved it. ``last_word`` is the author's last praise or complaint anywhere, and
    ``recovery`` what it says of the answer. ``complained_before`` counts the author's complaints in other cases, as
    they were known when praise was heard.
    """

    id: str
    brand: str
    source: str
    conversation_id: str
    author: Author
    opened_at: datetime
    owed_id: str
    owed_at: datetime
    intent: Intent
    urgency: int
    severity: Severity
    reasons: tuple[Reason, ...]
    headline_id: str
    headline_at: datetime
    text: str
    link: str | None
    language: str | None
    reach: int
    status: Status = Status.OPEN
    conversations: tuple[str, ...] = ()
    reposts: int = 0
    repost_delays: tuple[int, ...] = ()
    headline_reasons: tuple[Reason, ...] = ()
    last_asked_at: datetime | None = None
    first_response_at: datetime | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    acknowledgement_expires_at: datetime | None = None
    resolved_at: datetime | None = None
    resolved_by: str | None = None
    outcome: Outcome | None = None
    snoozed_until: datetime | None = None
    snoozed_by: str | None = None
    handed_over_by: str | None = None
    quiet: bool = False
    ladder: tuple[Step, ...] = ()
    ladder_started_at: datetime | None = None
    step: int = 0
    stepped_at: datetime | None = None
    alerting: Alerting = Alerting.OFF
    ladder_held: int = 0
    resumed: tuple[int, ...] = ()
    target: Target | None = None
    timeliness: Timeliness = Timeliness.ON_TIME
    judged: Judged | None = None
    corrected_by: str | None = None
    confirmed_by: str | None = None
    version: int = field(default=0, compare=False)
    held_until: datetime | None = None
    hushed: str | None = None
    incident: Incident | None = None
    incident_id: str | None = None
    complained_at: datetime | None = None
    complaint_answered_at: datetime | None = None
    last_word: Word | None = None
    settled_at: datetime | None = None
    recovery: Recovery | None = None
    complained_before: int = 0

    @property
    def etag(self) -> str:
        """A strong validator (RFC 9110) of the case as it is stored: a comma or quote in its id parts nothing."""
        return f'"{quote(self.id, safe="/:@")}.{self.version}"'

    @property
    def topic(self) -> str:
        """What it is about, in a word or two."""
        return self.incident.label if self.incident is not None else topic_of(self.reasons)

    @property
    def asked_at(self) -> datetime:
        """The latest post that asks for an answer."""
        return max(self.opened_at, self.last_asked_at or self.opened_at)

    @property
    def waiting_since(self) -> datetime:
        """The post that an answer is owed to: the first of the case, or after a reply the latest that asks again."""
        return self.opened_at if self.first_response_at is None else self.asked_at

    @property
    def due_at(self) -> datetime:
        """When the answer is late."""
        return self._target.due_at(self.waiting_since)

    @property
    def first_due_at(self) -> datetime:
        """When the first answer is, or was, late."""
        return self._target.due_at(self.opened_at)

    @property
    def complaint_ended_at(self) -> datetime | None:
        """When the author's complaint was first answered, or resolved by staff."""
        ends = (self.complaint_answered_at, self.settled_at)
        return answered_at(self.complained_at, (at for at in ends if at is not None))

    @property
    def is_pleased(self) -> bool:
        """The complainer came back pleased, and has asked for nothing since: nobody is alerted for that."""
        came_back = self.recovery
        return came_back is not None and came_back.turn is Turn.RECOVERED and came_back.at >= self.asked_at

    @property
    def timeliness_changes_at(self) -> datetime | None:
        """When the log will say that the answer is due soon, or late; None where nobody waits, or it says late."""
        if self.quiet or self.status not in _WAITING or self.timeliness is Timeliness.BREACHED:
            return None
        is_on_time = self.timeliness is Timeliness.ON_TIME
        return self._target.due_soon_at(self.waiting_since) if is_on_time else self.due_at

    @property
    def first_response_seconds(self) -> int | None:
        """How long the customer waited for the first answer of the brand."""
        return (
            None if self.first_response_at is None else int((self.first_response_at - self.opened_at).total_seconds())
        )

    @property
    def rung(self) -> int | None:
        """The rung that the ladder stands on."""
        return self.ladder[self.step - 1].rung if self.step else None

    @property
    def next_step_at(self) -> datetime | None:
        """When the ladder goes up next, None where it has ended or does not run."""
        if self.alerting is Alerting.OFF or self.ladder_started_at is None or self.step >= len(self.ladder):
            return None
        return self.step_at(self.step + 1)

    def step_at(self, step: int) -> datetime:
        """When a step of the running ladder, 1 for the first, falls due or fell due."""
        assert self.ladder_started_at is not None, "a ladder that has steps has started"
        after = timedelta(minutes=self.ladder[step - 1].after_minutes, seconds=self.ladder_held)
        return self.ladder_started_at + after

    @property
    def climbs_at(self) -> datetime | None:
        """When the ladder must be looked at: its next step, or earlier an alert that nobody logged as sent."""
        nudge_at = None
        if self.alerting is Alerting.DUE and self.stepped_at is not None:
            nudge_at = self.held_until or self.stepped_at + NUDGE_AFTER
        return _earliest(self.next_step_at, nudge_at)

    @property
    def wake_at(self) -> datetime | None:
        """When the escalator must look at the case: its ladder, an acknowledgement that expires, or its clock.

        The end of a snooze is a step: ``snooze`` puts it into the ladder.
        """
        return _earliest(self.climbs_at, self.acknowledgement_expires_at, self.timeliness_changes_at)

    @property
    def headline_urgency(self) -> int:
        """How urgent its most urgent mention is by itself, without the reposts; or what staff say, if that is more."""
        if self.judged is not None:
            return max(self.judged.urgency, self.urgency)
        return total(self.headline_reasons) if self.headline_reasons else self.urgency

    def spread(self, followers: int, after: timedelta, terms: Terms) -> "Case":
        """Somebody reposted what the case is about, so long ``after`` it was posted: more people are listening."""
        delay = max(0, int(after.total_seconds()))
        delays = tuple(sorted((*self.repost_delays, delay))[:MOST_DELAYS])
        wider = replace(self, reposts=self.reposts + 1, reach=self.reach + followers, repost_delays=delays)
        return wider.louder(terms)

    def louder(self, terms: Terms) -> "Case":
        """The case with the urgency that its reposts give it, on top of what its headline said."""
        said = self.headline_reasons or self.reasons
        # Staff have seen what they corrected: only another post can raise it.
        if self.judged is not None:
            return self
        if self.intent is not Intent.COMPLAINT or any(reason.rule == NEVER_URGENT for reason in said):
            return self
        reasons = louder(said, self.reposts, self.repost_delays, terms)
        urgency = total(reasons)
        if reasons == said or urgency < self.urgency:
            return self
        severity = severity_of(urgency)
        return replace(self, reasons=reasons, headline_reasons=said, urgency=urgency, severity=severity)

    def acknowledge(
        self, by: str, at: datetime, lasts: timedelta | None = ACKNOWLEDGEMENT_LASTS
    ) -> "tuple[Case, Entry] | None":
        """``by`` takes the case, and the ladder stops; None where they hold it. TransitionError names who else does.

        Without an answer the case is open again when this ``lasts`` no longer; None: for ever.
        """
        if self.status is Status.ACKNOWLEDGED and self.acknowledged_by == by:
            return None
        self._refuse_unless_open("acknowledged")
        expires_at = None if lasts is None else at + lasts
        taken = replace(
            self._quietened(),
            status=Status.ACKNOWLEDGED,
            acknowledged_at=at,
            acknowledged_by=by,
            acknowledgement_expires_at=expires_at,
        )
        return taken, Entry(at, by, "acknowledged", "takes the case")

    def resolve(self, by: str, at: datetime, why: str = "", outcome: Outcome | None = None) -> tuple["Case", Entry]:
        """Nothing more is owed, says ``by``, and perhaps how it ended."""
        if self.status is Status.RESOLVED:
            raise TransitionError(f"Case {self.id} was resolved by {self.resolved_by}: reopen it first.")
        done = replace(self._quietened(), status=Status.RESOLVED, resolved_at=at, resolved_by=by, outcome=outcome)
        settled = () if self.settled_at is None else (self.settled_at,)
        done = replace(done, settled_at=answered_at(self.complained_at, settled) or at)
        return done, Entry(at, by, "resolved", ": ".join(filter(None, (outcome, why))))

    def dismiss(self, by: str, at: datetime) -> "tuple[Case, Entry] | None":
        """It is no complaint, says ``by``: resolved, and a correction in the log of what was judged, and by what rules.

        None where that was said already. TransitionError where somebody else holds the case, or has resolved it.
        """
        if self.outcome is Outcome.NOT_A_COMPLAINT:
            return None
        if self.status is Status.ACKNOWLEDGED and self.acknowledged_by != by:
            self._refuse_unless_open("dismissed")
        done, _ = self.resolve(by, at)
        rules = ", ".join(reason.rule for reason in self.reasons)
        judged = f"judged {self.intent}, {self.severity}, urgency {self.urgency} by {rules or 'no rule'}"
        outcome = Outcome.NOT_A_COMPLAINT
        return replace(done, outcome=outcome), Entry(at, by, "dismissed", f"{outcome}; {judged}")

    def snooze(self, by: str, at: datetime, minutes: int) -> "tuple[Case, Entry] | None":
        """Alert nobody for so many minutes, then alert the rung that the ladder stands on again, and go on from there.

        None where the case is put off for that long already. TransitionError where it is not open, or alerts nobody.
        The end is counted in whole minutes from the ladder's start, and so may be up to a minute later.
        """
        if self.status is Status.ACKNOWLEDGED and self.acknowledged_by == by:
            raise TransitionError(f"Case {self.id} is yours, and alerts nobody: hand it over if you cannot answer it.")
        self._refuse_unless_open("snoozed")
        if self.alerting is Alerting.OFF or self.ladder_started_at is None or not self.ladder:
            raise TransitionError(f"Case {self.id} alerts nobody: there is nothing to snooze.")
        begun = self.ladder_started_at + timedelta(seconds=self.ladder_held)
        # Where the next step alerts this rung for the first time, or is the end of a snooze, it need only come later.
        kept = self.step if self.step == 0 or self.snoozed_until else self.step - 1
        minute = -((begun - at - timedelta(minutes=minutes)) // timedelta(minutes=1))
        later = max(minute, self.ladder[kept].after_minutes)
        until = begun + timedelta(minutes=later)
        # A second press of the same button may fall into the next minute.
        if self.snoozed_until is not None and until <= self.snoozed_until + timedelta(minutes=1):
            return None
        snoozed = replace(
            self,
            ladder=self.ladder[: self.step] + _moved(self.ladder[kept:], later),
            alerting=Alerting.WAITING,
            snoozed_until=until,
            snoozed_by=by,
            handed_over_by=None,
            held_until=None,
            hushed=None,
        )
        return snoozed, Entry(at, by, "snoozed", f"alerts nobody for {minutes} min")

    def hand_over(self, by: str, at: datetime, ladder: tuple[Step, ...]) -> "tuple[Case, Entry] | None":
        """Pass the case on: it is open again, and the next rung is alerted at once.

        ``ladder`` is for a case that has none yet; a ladder that is used up begins once more. None where ``by``
        has passed it on already, and nobody has been alerted or has acted since. TransitionError where somebody else
        holds the case, where it is answered or resolved, and where there is nobody to pass it on to.
        """
        holds = self.status is Status.ACKNOWLEDGED and self.acknowledged_by == by
        if not holds:
            self._refuse_unless_open("handed over")
            if self.handed_over_by == by:
                return None
        freed = replace(self._quietened(), status=Status.OPEN, acknowledged_at=None, acknowledged_by=None)
        freed = replace(freed, handed_over_by=by)
        if not self.ladder or self.ladder_started_at is None:
            begun = freed.start_ladder(ladder, at)
            if begun.ladder:
                return begun._step_up(at), Entry(at, by, "handed over", f"to rung {begun.ladder[0].rung}")
            if not holds:
                raise TransitionError(f"Case {self.id} is open, and alerts nobody: there is nobody to hand it over to.")
            return freed, Entry(at, by, "handed over", "open for whoever takes it; nobody is alerted")
        rest = self._after_this_rung()
        if not rest:
            raise TransitionError(f"Case {self.id} has no other rung to be handed over to: snooze or resolve it.")
        minute = (at - self.ladder_started_at - timedelta(seconds=self.ladder_held)) // timedelta(minutes=1)
        passed = replace(freed, ladder=self.ladder[: self.step] + _moved(rest, minute))
        return passed._step_up(at), Entry(at, by, "handed over", f"to rung {rest[0].rung}")

    def reopen(self, by: str, at: datetime, why: str = "") -> tuple["Case", Entry]:
        """Something is owed after all. Staff who reopen a case know of it: the ladder does not start again."""
        if self.status not in (Status.RESOLVED, Status.REPLIED):
            raise TransitionError(f"Case {self.id} is {self.status}: only a replied or resolved case can be reopened.")
        return replace(self._reset(Status.OPEN), settled_at=None), Entry(at, by, "reopened", why)

    def note(self, by: str, at: datetime, text: str) -> Entry:
        """A remark for colleagues; the case stays as it is."""
        return Entry(at, by, "note", text)

    def start_ladder(self, ladder: tuple[Step, ...], at: datetime) -> "Case":
        """Begin to alert, with the first step due at ``at`` plus its wait; the ladder is frozen from here on."""
        if not ladder or self.quiet or self.is_pleased:
            return self
        return replace(
            self,
            ladder=ladder,
            ladder_started_at=at,
            ladder_held=0,
            resumed=(),
            step=0,
            stepped_at=None,
            alerting=Alerting.WAITING,
        )

    def wake(self, at: datetime, ladder: tuple[Step, ...]) -> "tuple[Case, tuple[Entry, ...]] | None":
        """All that the escalator has to do with the case at ``at``; None: not yet.

        An acknowledgement expires, the ladder goes one step up, the log notes that the answer is due soon or late.
        ``ladder`` is what somebody's expired acknowledgement starts where no ladder ever ran.
        """
        case, entries = self, []
        for act in (lambda it: it._expire(at, ladder), lambda it: it.climb(at), lambda it: it._tell_the_time(at)):
            if (done := act(case)) is not None:
                case, entry = done
                entries.append(entry)
        return (case, tuple(entries)) if entries else None

    def climb(self, at: datetime) -> "tuple[Case, Entry] | None":
        """The next step of the ladder, or a nudge for an alert that nobody logged; None: not yet."""
        if self.status is not Status.OPEN or self.climbs_at is None or self.climbs_at > at:
            return None
        next_step_at = self.next_step_at
        if next_step_at is None or next_step_at > at:
            return self.nudge(at)
        step = self.step + 1
        risen = replace(self._step_up(at), snoozed_until=None, snoozed_by=None, handed_over_by=None, hushed=None)
        why = "alerting begins" if step == 1 else "nobody acknowledged in time"
        if step in self.resumed:
            why = "the acknowledgement expired"
        if self.snoozed_until:
            why = "the snooze is over"
        if self.hushed:
            why = f"waited for the end of {self.hushed}"
        return risen, Entry(at, "earshot", "escalated", f"step {step} of {len(self.ladder)}, rung {risen.rung}: {why}")

    def nudge(self, at: datetime) -> "tuple[Case, Entry] | None":
        """Hand an alert that nobody logged as sent to the notifier again; None where there is none."""
        if self.alerting is not Alerting.DUE:
            return None
        why = f"the alert of step {self.step} was not logged as sent: again"
        if self.held_until is not None and self.held_until <= at:
            why = f"the alert of step {self.step} has waited for others"
        return replace(self, stepped_at=at, held_until=None), Entry(at, "earshot", "nudged", why)

    def alerted(self, at: datetime) -> tuple["Case", Entry]:
        """Every alert of the steps so far has been sent and logged."""
        ended = "" if self.step < len(self.ladder) else ", the last of the ladder"
        sent = replace(self, alerting=Alerting.SENT, held_until=None)
        return sent, Entry(at, "earshot", "alerted", f"rung {self.rung}{ended}")

    def answered(self, at: datetime, latest_own_at: datetime, handle: str) -> "tuple[Case, Entry] | None":
        """The brand was seen to answer at ``latest_own_at``; None where that changes nothing."""
        if self.status not in (Status.OPEN, Status.ACKNOWLEDGED) or latest_own_at < self.asked_at:
            return None
        seconds = self.first_response_seconds
        waited = "" if seconds is None else f"; first response after {seconds} s"
        return replace(self._quietened(), status=Status.REPLIED), Entry(
            at, f"@{handle}", "replied", f"seen on {self.source}{waited}"
        )

    def asked_again(self, at: datetime) -> tuple["Case", Entry]:
        """The customer wrote again after the answer or after the end, and is owed another one."""
        what = "reopened" if self.status is Status.RESOLVED else "asked again"
        waiting = replace(self._reset(Status.OPEN), timeliness=Timeliness.ON_TIME)
        return waiting, Entry(at, "earshot", what, f"the customer wrote again after the case was {self.status}")

    def came_back(self, at: datetime, recovery: Recovery | None) -> "tuple[Case, tuple[Entry, ...]]":
        """What the complainer said after the answer. Nobody is alerted for whoever is pleased, and no ladder waits."""
        case = replace(self, recovery=recovery)
        if case.is_pleased and case.ladder and case.status in _WAITING:
            # Whoever holds the case still does, and for as long as they did.
            expires_at = case.acknowledgement_expires_at
            case = replace(case._quietened().without_ladder(), acknowledgement_expires_at=expires_at)
        if recovery is None or (self.recovery is not None and self.recovery.turn is recovery.turn):
            return case, ()
        pleased = recovery.turn is Turn.RECOVERED
        what, why = ("came back pleased", "praises") if pleased else ("relapsed", "complains again")
        return case, (
            Entry(at, "earshot", what, f"the customer {why} after the answer, in post {recovery.mention_id}"),
        )

    @property
    def _target(self) -> Target:
        return self.target or target_of(self.intent, self.severity)

    def _expire(self, at: datetime, ladder: tuple[Step, ...]) -> "tuple[Case, Entry] | None":
        if self.status is not Status.ACKNOWLEDGED or self.acknowledgement_expires_at is None:
            return None
        if self.acknowledgement_expires_at > at or self.acknowledged_at is None:
            return None
        free = replace(self._quietened(), status=Status.OPEN, acknowledged_at=None, acknowledged_by=None)
        free = free._go_on(at) if free.ladder else free.start_ladder(ladder, at)
        minutes = int((at - self.acknowledged_at).total_seconds() // 60)
        why = f"{self.acknowledged_by} held the case for {minutes} min, and no answer was seen"
        return free, Entry(at, "earshot", "acknowledgement expired", why)

    def _go_on(self, at: datetime) -> "Case":
        """The ladder takes its next step at ``at``, and the further ones as long after that as they would have been.

        Where every step was used, the last rung is alerted once more. A ladder that was to begin later still is.
        """
        assert self.ladder_started_at is not None, "a case that has a ladder has started it"
        if self.step == 0 and self.ladder_started_at > at:
            return replace(self, alerting=Alerting.WAITING)
        ladder = self.ladder if self.step < len(self.ladder) else (*self.ladder, self.ladder[-1])
        would_be_at = self.ladder_started_at + timedelta(minutes=ladder[self.step].after_minutes)
        return replace(
            self,
            ladder=ladder,
            ladder_held=math.floor((at - would_be_at).total_seconds()),
            resumed=(*self.resumed, self.step + 1),
            alerting=Alerting.WAITING,
        )

    def _refuse_unless_open(self, done: str) -> None:
        if self.status is Status.ACKNOWLEDGED:
            raise TransitionError(f"Case {self.id} is held by {self.acknowledged_by}: ask them to hand it over.")
        if self.status is not Status.OPEN:
            raise TransitionError(f"Case {self.id} is {self.status}: only an open case can be {done}.")

    def _step_up(self, at: datetime) -> "Case":
        return replace(self, step=self.step + 1, stepped_at=at, alerting=Alerting.DUE, held_until=None)

    def _after_this_rung(self) -> tuple[Step, ...]:
        """The steps from the next other rung on; after the last of them each rung once more, and () if it is alone."""
        others = [place for place, step in enumerate(self.ladder) if step.rung != self.rung]
        ahead = next((place for place in others if place >= self.step), None)
        if ahead is not None:
            return self.ladder[ahead:]
        rungs = len({step.rung for step in self.ladder})
        return self.ladder[others[0] :][:rungs] if others else ()

    def _tell_the_time(self, at: datetime) -> "tuple[Case, Entry] | None":
        if self.timeliness_changes_at is None or self.timeliness_changes_at > at:
            return None
        if self.due_at <= at:
            late = replace(self, timeliness=Timeliness.BREACHED)
            return late, Entry(at, "earshot", "breached", f"no answer was seen within {self._target}")
        left = int(self._target.left(self.waiting_since, at).total_seconds() // 60)
        soon = replace(self, timeliness=Timeliness.DUE_SOON)
        return soon, Entry(at, "earshot", "due soon", f"{left} of {self._target} are left")

    def _quietened(self) -> "Case":
        return replace(
            self,
            alerting=Alerting.OFF,
            acknowledgement_expires_at=None,
            snoozed_until=None,
            snoozed_by=None,
            handed_over_by=None,
            held_until=None,
            hushed=None,
        )

    def _reset(self, status: Status) -> "Case":
        return replace(
            self._quietened().without_ladder(),
            status=status,
            acknowledged_at=None,
            acknowledged_by=None,
            resolved_at=None,
            resolved_by=None,
            outcome=None,
            incident_id=None,
        )

    def without_ladder(self) -> "Case":
        """The case with no ladder, whoever holds it: nobody is alerted until one begins."""
        return replace(
            self,
            alerting=Alerting.OFF,
            snoozed_until=None,
            snoozed_by=None,
            handed_over_by=None,
            held_until=None,
            hushed=None,
            ladder=(),
            ladder_started_at=None,
            ladder_held=0,
            resumed=(),
            step=0,
            stepped_at=None,
        )


def _moved(steps: tuple[Step, ...], first: int) -> tuple[Step, ...]:
    """The steps with the waits between them, the first of them ``first`` minutes after the ladder's start."""
    return tuple(replace(step, after_minutes=step.after_minutes + first - steps[0].after_minutes) for step in steps)


_WAITING = frozenset({Status.OPEN, Status.ACKNOWLEDGED})


def _earliest(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)
