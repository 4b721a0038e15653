"""What staff do with a case. Each action is decided on the current case and saved only if the case has not changed."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Protocol

from earshot.api.etags import if_match_allows
from earshot.cases.case.case import Case
from earshot.cases.case.correction import confirm, correct, dismiss
from earshot.cases.case.log import LogEntry
from earshot.cases.case.status import Outcome, Status
from earshot.cases.conversation.conversation import Conversation, Decision
from earshot.cases.conversation.opening import reopen
from earshot.cases.holders.assignment import assign
from earshot.cases.holders.note import add_note
from earshot.cases.policy.policy import DEFAULT_POLICY, Policy
from earshot.cases.undo.undo import undo
from earshot.errors import EarshotError, NotFoundError, TransitionError
from earshot.triage.judgement import Intent, Severity


class ActionStore(Protocol):
    """What a case action needs from the case table."""

    def change(self, key: str, decide: Callable[[Conversation], Decision], now: datetime) -> Conversation: ...


class RefusedError(TransitionError):
    """The state of the case does not allow the action. ``case`` is the current case, which says who has it."""

    def __init__(self, message: str, case: Case) -> None:
        super().__init__(message)
        self.case = case


class StaleEtagError(EarshotError):
    """An If-Match header names an earlier state. ``etag`` and ``case`` (of a case only) are the current ones."""

    def __init__(self, message: str, etag: str, case: Case | None = None) -> None:
        super().__init__(message)
        self.etag = etag
        self.case = case


@dataclass(frozen=True, slots=True)
class ActionResult:
    """The case after an action, and the log entry of what the person did: None if nothing changed."""

    case: Case
    entry: LogEntry | None


@dataclass(frozen=True, slots=True)
class CaseAction:
    """One person, ``by``, acts on the case with the conversation key ``key`` at the time ``at``.

    ``via`` is appended to the log entry if the person did not sign in. ``check`` may raise TransitionError after it has
    seen the current case. ``policy`` sets how long an acknowledgement lasts, each response target, and the ladder.
    ``if_match`` is an If-Match header: the states of the case in which the action is allowed, None for any.
    ``names_of`` gives all names of a person, in lower case: a case may be theirs under another one.

    Every action raises NotFoundError (no such case), StaleEtagError (``if_match`` does not name the current state),
    RefusedError (the state of the case does not allow it) and ConflictError (others kept changing the case).
    """

    store: ActionStore
    key: str
    by: str
    at: datetime
    via: str = ""
    check: Callable[[Case], None] | None = None
    policy: Policy = DEFAULT_POLICY
    if_match: str | None = None
    names_of: Callable[[str], frozenset[str]] = lambda name: frozenset({name.casefold()})

    def acknowledge(self) -> ActionResult:
        """Take the case, for as long as the policy allows without a reply. A repetition changes nothing."""
        return self._run(lambda case: case.acknowledge(self.by, self.at, self.policy.acknowledgement_timeout_of(case)))

    def assign(self, to: str, *, tells: bool = True) -> ActionResult:
        """Give the case to ``to``; it ``tells`` them, and who held it before. A repetition changes nothing."""
        return self._run(
            lambda case: assign(
                self.under_one_name(case, to),
                self.by,
                to,
                self.at,
                self.policy.acknowledgement_timeout_of(case),
                tells=tells,
            )
        )

    def resolve(self, why: str, outcome: Outcome | None = None) -> ActionResult:
        """Close the case: nothing more is owed to the customer. A repetition changes nothing."""
        return self._run(
            lambda case: None if case.was_resolved(self.by, outcome) else case.resolve(self.by, self.at, why, outcome)
        )

    def reopen(self, why: str) -> ActionResult:
        """Open a replied or resolved case again: its clock and its ladder begin as when a case opens."""
        return self._decide(
            _of_case(
                lambda case: reopen(
                    case,
                    self.by,
                    self.at,
                    why,
                    target_for=self.policy.target,
                    ladder_for=self.policy.ladder_for,
                )
            )
        )

    def hand_over(self) -> ActionResult:
        """Pass the case to the next rung, which is alerted at once. A repetition changes nothing."""
        return self._run(
            lambda case: case.hand_over(self.by, self.at, self.policy.ladder_for(case.assessment.severity))
        )

    def snooze(self, minutes: int) -> ActionResult:
        """Postpone the alerts by ``minutes``. A snooze that ends no later than the current one changes nothing."""
        return self._run(lambda case: case.snooze(self.by, self.at, minutes))

    def dismiss(self) -> ActionResult:
        """Resolve the case as "not a complaint". A repetition changes nothing."""
        return self._run(lambda case: dismiss(case, self.by, self.at))

    def correct(self, intent: Intent | None, severity: Severity | None, why: str) -> ActionResult:
        """Set the intent, the severity or both; None keeps the judged value. A repetition changes nothing."""
        return self._decide(
            _of_case(
                partial(
                    correct,
                    by=self.by,
                    at=self.at,
                    intent=intent,
                    severity=severity,
                    why=why,
                    target_for=self.policy.target,
                    ladder_for=self.policy.ladder_for,
                )
            )
        )

    def undo(self) -> ActionResult:
        """Take back what ``by`` did last: the case is what it was. A repetition changes nothing."""
        return self._decide(lambda conversation: undo(conversation, self.by, self.at, self.policy.ladder_for))

    def confirm(self) -> ActionResult:
        """Confirm the judged intent and severity. A repetition changes nothing."""
        return self._run(lambda case: confirm(case, self.by, self.at))

    def note(self, text: str, tell: tuple[str, ...] = ()) -> ActionResult:
        """Add a note for colleagues to the log, and tell those of ``tell``, whom it mentions."""
        return self._run(lambda case: add_note(case, self.by, text, tell, self.at))

    def under_one_name(self, case: Case, name: str) -> Case:
        """The case, held by ``name`` where it is held by the same person under another name."""
        holder = case.acknowledgement.by
        if case.status is not Status.ACKNOWLEDGED or holder is None or holder == name:
            return case
        if holder.casefold() not in self.names_of(name):
            return case
        return replace(case, acknowledgement=replace(case.acknowledgement, by=name))

    def _run(self, transition: Callable[[Case], tuple[Case, LogEntry] | None]) -> ActionResult:
        def decide(conversation: Conversation) -> Decision:
            assert conversation.case is not None, "only what has a case is decided on"
            return conversation.after(transition(conversation.case))

        return self._decide(decide)

    def _decide(self, transition: Callable[[Conversation], Decision]) -> ActionResult:
        entry: LogEntry | None = None

        def decide(conversation: Conversation) -> Decision:
            nonlocal entry
            changed = self._apply(transition, conversation, self._case_of(conversation))
            entry = None if changed is None else changed[1][0]
            return changed

        conversation = self.store.change(self.key, decide, self.at)
        assert conversation.case is not None, "decide raises NotFoundError without a case"
        return ActionResult(conversation.case, entry)

    def _case_of(self, conversation: Conversation) -> Case:
        case = conversation.case
        if case is None:
            raise NotFoundError(f"There is no case {self.key!r}: it was never opened.")
        if not if_match_allows(self.if_match, case.etag):
            message = f"Case {case.id} has changed since you read it: read it again before you act."
            raise StaleEtagError(message, case.etag, case)
        return case

    def _apply(
        self, transition: Callable[[Conversation], Decision], conversation: Conversation, case: Case
    ) -> Decision:
        try:
            if self.check is not None:
                self.check(case)
            changed = transition(replace(conversation, case=self.under_one_name(case, self.by)))
        except TransitionError as error:
            raise RefusedError(str(error), case) from None
        if changed is None or not self.via:
            return changed
        after, (entry, *others) = changed
        return after, (replace(entry, text=f"{entry.text}, {self.via}"), *others)


def _of_case(
    transition: Callable[[Case], tuple[Case, tuple[LogEntry, ...]] | None],
) -> Callable[[Conversation], Decision]:
    """A transition of a case with several log entries, the first of which says what the person did."""

    def decide(conversation: Conversation) -> Decision:
        assert conversation.case is not None, "only what has a case is decided on"
        changed = transition(conversation.case)
        return None if changed is None else (replace(conversation, case=changed[0]), changed[1])

    return decide
