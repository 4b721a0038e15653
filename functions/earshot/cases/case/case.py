"""A case: what the brand owes one customer, from the first complaint to the answer and beyond.

Every transition returns the case as it is afterwards, with its log entry. Time comes in as an argument.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from earshot.cases.case.assessment import Assessment
from earshot.cases.case.key import CaseKey
from earshot.cases.case.ladder import Alerting, Ladder, Step
from earshot.cases.case.log import EARSHOT, LogEntry
from earshot.cases.case.posts import Posts
from earshot.cases.case.recovery import Recovery
from earshot.cases.case.response import ResponseClock
from earshot.cases.case.status import ACKNOWLEDGEMENT_TIMEOUT, Acknowledgement, Outcome, Resolution, Status
from earshot.cases.holders.notice import Notice, remind
from earshot.cases.incidents.incident import Incident
from earshot.cases.undo.undoable import Undoable
from earshot.errors import TransitionError
from earshot.mentions.mention import Author

if TYPE_CHECKING:
    from earshot.triage.terms.terms import Terms


@dataclass(frozen=True, slots=True)
class Case:
    """What the brand owes one customer about one thing. All times are aware and in UTC.

    ``incident``: it stands for that; ``incident_id``: that alerts in its place. ``undoable`` is a person's last act,
    ``notices`` are what colleagues have not been told yet.
    """

    key: CaseKey
    brand: str
    author: Author
    response: ResponseClock
    assessment: Assessment
    posts: Posts
    status: Status = Status.OPEN
    acknowledgement: Acknowledgement = field(default_factory=Acknowledgement)
    resolution: Resolution = field(default_factory=Resolution)
    ladder: Ladder = field(default_factory=Ladder)
    recovery: Recovery = field(default_factory=Recovery)
    incident: Incident | None = None
    incident_id: str | None = None
    undoable: Undoable | None = None
    notices: tuple[Notice, ...] = ()
    version: int = field(default=0, compare=False)

    @property
    def id(self) -> str:
        """The id by which people and the API know it: see CaseKey."""
        return str(self.key)

    @property
    def etag(self) -> str:
        """A strong validator (RFC 9110) of the case as it is stored; it has no comma or quote."""
        return f'"{quote(self.id, safe="/:@")}.{self.version}"'

    @property
    def topic(self) -> str:
        """What it is about, in a word or two."""
        return self.incident.label if self.incident is not None else self.assessment.topic

    @property
    def opened_at(self) -> datetime:
        """When the customer first posted in the conversation."""
        return self.response.opened_at

    @property
    def is_pleased(self) -> bool:
        """Whether the customer came back pleased, and has asked for nothing since: that alerts nobody."""
        return self.recovery.is_pleased_since(self.response.asked_at)

    @property
    def is_withdrawn(self) -> bool:
        """Whether it ended because the customer edited their post, and nothing was asked any more."""
        return self.incident is None and self.resolution.by == EARSHOT

    @property
    def timeliness_changes_at(self) -> datetime | None:
        """When the log will say that the answer is due soon, or late; None where nobody waits, or it says late."""
        is_waiting = self.status.is_waiting and not self.posts.is_history
        return self.response.timeliness_changes_at if is_waiting else None

    @property
    def wake_at(self) -> datetime | None:
        """When the escalator must look at it: its ladder, a snooze, an acknowledgement that expires, clock, notice."""
        moments = (self.ladder.wakes_at, self.acknowledgement.expires_at, self.timeliness_changes_at)
        moments += tuple(notice.wakes_at for notice in self.notices)
        return min((at for at in moments if at is not None), default=None)

    def add_repost(self, followers: int, after: timedelta, terms: "Terms") -> "Case":
        """Somebody with so many followers reposted the headline, so long ``after`` it was posted."""
        return replace(self.still(touches=True), posts=self.posts.add_repost(followers, after)).weigh_spread(terms)

    def weigh_spread(self, terms: "Terms") -> "Case":
        """The case with the urgency that its reposts give it."""
        return replace(self, assessment=self.assessment.weigh(self.posts.spread, terms))

    def acknowledge(
        self, by: str, at: datetime, lasts: timedelta | None = ACKNOWLEDGEMENT_TIMEOUT
    ) -> "tuple[Case, LogEntry] | None":
        """``by`` takes the case, and the ladder stops; None where they have it already.

        Without an answer the case is open again after ``lasts``; None: never. TransitionError names who else has it.
        """
        if self.is_held_by(by):
            return None
        self.refuse_unless_open("acknowledged")
        taken = Acknowledgement.start(by, at, lasts)
        case = replace(self, status=Status.ACKNOWLEDGED, acknowledgement=taken, ladder=self.ladder.stop())
        return self.acted(case, LogEntry(at, by, "acknowledged", "takes the case"))

    def resolve(self, by: str, at: datetime, why: str = "", outcome: Outcome | None = None) -> "tuple[Case, LogEntry]":
        """``by`` says that nothing more is owed, and perhaps how it ended."""
        if self.status is Status.RESOLVED:
            raise TransitionError(f"Case {self.id} was resolved by {self.resolution.by}: reopen it first.")
        resolution, recovery = Resolution(by, at, outcome), self.recovery.settle(at)
        done = replace(self._stopped(Status.RESOLVED), resolution=resolution, recovery=recovery)
        return self.acted(done, LogEntry(at, by, "resolved", ": ".join(filter(None, (outcome, why)))))

    def snooze(self, by: str, at: datetime, minutes: int) -> "tuple[Case, LogEntry] | None":
        """Alert nobody for so many minutes, then go on with the rung that was alerted last.

        None where it is snoozed for that long already. TransitionError where it is not open, or alerts nobody.
        """
        if self.is_held_by(by):
            raise TransitionError(f"Case {self.id} is yours, and alerts nobody: hand it over if you cannot answer it.")
        self.refuse_unless_open("snoozed")
        if self.ladder.alerting is Alerting.OFF or not self.ladder.has_started:
            raise TransitionError(f"Case {self.id} alerts nobody: there is nothing to snooze.")
        ladder = self.ladder.snooze(by, at, minutes)
        if ladder is None:
            return None
        snoozed = LogEntry(at, by, "snoozed", f"alerts nobody for {minutes} min")
        return self.acted(replace(self, ladder=ladder), snoozed)

    def hand_over(self, by: str, at: datetime, steps: tuple[Step, ...]) -> "tuple[Case, LogEntry] | None":
        """Pass the case on: it is open again, and the next rung is alerted at once.

        ``steps`` are for a case that has no ladder yet; a ladder that is used up begins once more. None where ``by``
        has passed it on already, and nobody has been alerted or has acted since. TransitionError where somebody else
        has the case, where it is answered or resolved, and where there is nobody to pass it on to.
        """
        is_theirs = self.is_held_by(by)
        if not is_theirs:
            self.refuse_unless_open("handed over")
            if self.ladder.handed_over_by == by:
                return None
        freed = self._released()
        freed = replace(freed, ladder=replace(freed.ladder, handed_over_by=by))
        if freed.ladder.has_started:
            ladder = freed.ladder.hand_over(at)
            if ladder is None:
                raise TransitionError(f"Case {self.id} has no other rung to be handed over to: snooze or resolve it.")
        else:
            begun = freed.start_ladder(steps, at)
            if not begun.ladder.steps and not is_theirs:
                raise TransitionError(f"Case {self.id} is open, and alerts nobody: there is nobody to hand it over to.")
            if not begun.ladder.steps:
                return self.acted(freed, LogEntry(at, by, "handed over", "open for anybody; nobody is alerted"))
            ladder = begun.ladder.step_up(at)
        return self.acted(replace(freed, ladder=ladder), LogEntry(at, by, "handed over", f"to rung {ladder.rung}"))

    def start_ladder(self, steps: tuple[Step, ...], at: datetime) -> "Case":
        """Begin to alert, with the first step due at ``at`` plus its wait; unless the case alerts nobody."""
        if not steps or self.posts.is_history or self.is_pleased:
            return self
        return replace(self, ladder=self.ladder.start(steps, at))

    def wake(self, at: datetime, steps: tuple[Step, ...]) -> "tuple[Case, tuple[LogEntry, ...]] | None":
        """All that the escalator has to do with the case at ``at``; None: nothing yet.

        An acknowledgement expires, the ladder goes one step up, the log says that the answer is due soon or late.
        ``steps`` are for an acknowledgement that expires where no ladder ever ran.
        """
        case, entries = self, list[LogEntry]()
        acts: list[Callable[[Case], tuple[Case, LogEntry] | None]]
        acts = [lambda it: it._expire(at, steps), lambda it: it.climb(at), lambda it: it._tick(at)]
        acts.append(lambda it: it._remind(at))
        for act in acts:
            if (done := act(case)) is not None:
                case, entry = done
                entries.append(entry)
        return (case, tuple(entries)) if entries else None

    def climb(self, at: datetime) -> "tuple[Case, LogEntry] | None":
        """The next step of the ladder, or a nudge for an alert that nobody logged as sent; None: not yet."""
        climbed = self.ladder.climb(at) if self.status is Status.OPEN else None
        return None if climbed is None else (replace(self, ladder=climbed[0]), climbed[1])

    def nudge(self, at: datetime) -> "tuple[Case, LogEntry] | None":
        """Hand an alert that nobody logged as sent to the notifier again; None where there is none."""
        nudged = self.ladder.nudge(at)
        return None if nudged is None else (replace(self.still(), ladder=nudged[0]), nudged[1])

    def mark_alerted(self, at: datetime) -> "tuple[Case, LogEntry]":
        """Every alert of the steps so far has been sent and logged."""
        ended = "" if self.ladder.step < len(self.ladder.steps) else ", the last of the ladder"
        entry = LogEntry(at, EARSHOT, "alerted", f"rung {self.ladder.rung}{ended}")
        return replace(self.still(), ladder=self.ladder.mark_sent()), entry

    def see_answers(self, answers: tuple[datetime, ...]) -> "Case":
        """The case with the times of all the brand's answers: the first response, and the answer to the complaint."""
        response, recovery = self.response.see_answers(answers), self.recovery.see_answers(answers)
        return replace(self, response=response, recovery=recovery)

    def mark_answered(self, at: datetime, latest_own_at: datetime, handle: str) -> "tuple[Case, LogEntry] | None":
        """The brand was seen to answer at ``latest_own_at``; None where that changes nothing."""
        if not self.status.is_waiting or latest_own_at < self.response.owed_since:
            return None
        seconds = self.response.first_response_seconds
        waited = "" if seconds is None else f"; first response after {seconds} s"
        text = f"seen on {self.key.source}{waited}"
        return self._stopped(Status.REPLIED), LogEntry(at, f"@{handle}", "replied", text)

    def mark_asked_again(self, at: datetime) -> "tuple[Case, LogEntry]":
        """The customer wrote again after the answer or after the end, and is owed another answer."""
        what = "reopened" if self.status is Status.RESOLVED else "asked again"
        # Of posts alone no new wait begins: the times of the posts say already since when the customer waits.
        is_over = self.status is Status.RESOLVED and not self.is_withdrawn
        waiting = self.reset(self.response.asked_at if is_over else None)
        return waiting, LogEntry(at, EARSHOT, what, f"the customer wrote again after the case was {self.status}")

    def _expire(self, at: datetime, steps: tuple[Step, ...]) -> "tuple[Case, LogEntry] | None":
        taken = self.acknowledgement
        if self.status is not Status.ACKNOWLEDGED or taken.at is None or not taken.has_expired(at):
            return None
        free = self._released()
        free = replace(free, ladder=free.ladder.resume(at)) if free.ladder.steps else free.start_ladder(steps, at)
        given = f", assigned by {taken.assigned_by}," if taken.assigned_by is not None else ""
        minutes = (at - taken.at) // timedelta(minutes=1)
        text = f"{taken.by}{given} held the case for {minutes} min, and no answer was seen"
        return free, LogEntry(at, EARSHOT, "acknowledgement expired", text)

    def _tick(self, at: datetime) -> "tuple[Case, LogEntry] | None":
        ticked = None if self.timeliness_changes_at is None else self.response.tick(at)
        return None if ticked is None else (replace(self.still(touches=True), response=ticked[0]), ticked[1])

    def _remind(self, at: datetime) -> "tuple[Case, LogEntry] | None":
        reminded = remind(self.notices, at)
        return None if reminded is None else (replace(self.still(), notices=reminded[0]), reminded[1])

    def is_held_by(self, by: str) -> bool:
        """Whether ``by`` has acknowledged it."""
        return self.status is Status.ACKNOWLEDGED and self.acknowledgement.by == by

    def was_resolved(self, by: str, outcome: Outcome | None) -> bool:
        """Whether ``by`` has resolved it already, with this outcome."""
        return (self.status, self.resolution.by, self.resolution.outcome) == (Status.RESOLVED, by, outcome)

    def refuse_unless_open(self, done: str) -> None:
        """TransitionError, which says why, unless it can be ``done``."""
        if self.status is Status.ACKNOWLEDGED:
            raise TransitionError(f"Case {self.id} is held by {self.acknowledgement.by}: ask them to hand it over.")
        if self.status is not Status.OPEN:
            raise TransitionError(f"Case {self.id} is {self.status}: only an open case can be {done}.")

    def _stopped(self, status: Status) -> "Case":
        """The case in a status in which nobody is alerted, and no acknowledgement expires."""
        taken = self.acknowledgement.without_expiry()
        return replace(self, status=status, acknowledgement=taken, ladder=self.ladder.stop())

    def _released(self) -> "Case":
        """The open case, which nobody has taken. Its ladder stands still."""
        return replace(self, status=Status.OPEN, acknowledgement=Acknowledgement(), ladder=self.ladder.stop())

    def reset(self, since: datetime | None) -> "Case":
        """The open case as if nobody had alerted, taken or resolved it; the wait counts from ``since``, where given."""
        return replace(
            self,
            status=Status.OPEN,
            acknowledgement=Acknowledgement(),
            resolution=Resolution(),
            ladder=Ladder(),
            response=self.response.restart(since),
        )

    def still(self, *, touches: bool = False) -> "Case":
        """The case before a change that takes nothing from anybody: the last act can still be undone afterwards.

        ``touches``: the change is one of the judgement or of the clock, which some acts change as well.
        """
        done = self.undoable
        if done is None or (touches and (done.assessment or done.response) is not None):
            return self
        return replace(self, undoable=done.still(self.version))

    def acted(self, after: "Case", entry: LogEntry) -> "tuple[Case, LogEntry]":
        """What a person did, which they may undo."""
        undoable = None if entry.by == EARSHOT else Undoable.of(self, after, entry)
        return replace(after, undoable=undoable), entry
