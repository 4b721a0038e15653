"""What staff do with a case. Each act is decided on the case as it is now, and written only if nobody was faster."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Protocol

from earshot.api.etags import names
from earshot.cases.case.case import Case
from earshot.cases.case.correction import confirm, correct
from earshot.cases.case.key import ConversationKey
from earshot.cases.case.log import LogEntry
from earshot.cases.case.status import Outcome
from earshot.cases.conversation.conversation import Conversation, Decision
from earshot.cases.policy.policy import DEFAULT_POLICY, Policy
from earshot.errors import EarshotError, NotFoundError, TransitionError
from earshot.triage.judgement import Intent, Severity


class ActionStore(Protocol):
    """What acting asks of the case table."""

    def change(self, key: str, decide: Callable[[Conversation], Decision], now: datetime) -> Conversation: ...


class RefusedError(TransitionError):
    """The case cannot do what was asked. ``case`` is as it was found: whoever is refused is told who holds it."""

    def __init__(self, message: str, case: Case) -> None:
        super().__init__(message)
        self.case = case


class ChangedError(EarshotError):
    """What is acted on is no longer as it was seen. ``etag`` is of what it is now, and ``case`` is it, if it is one."""

    def __init__(self, message: str, etag: str, case: Case | None = None) -> None:
        super().__init__(message)
        self.etag = etag
        self.case = case


@dataclass(frozen=True, slots=True)
class ActionResult:
    """The case as it is now, and what was written in its log: None where nothing had to change."""

    case: Case
    entry: LogEntry | None


@dataclass(frozen=True, slots=True)
class CaseAction:
    """Somebody at the desk: the case they have before them, who they are, when it is, and how they came in.

    ``via`` is added to what the log says, where it was not by signing in. ``check`` may refuse an act with a
    TransitionError, when it has seen the case that the act is decided on. ``policy`` says how long a case may be held,
    and which ladder it is handed over to where it has none. ``if_match`` names the states of the case that the act may
    be done in, as the header of HTTP does; None for any.

    Each act raises NotFoundError where there is no such case, ChangedError where it is in no state of ``if_match``,
    RefusedError where its state does not allow the act, and ConflictError where others kept changing it meanwhile.
    """

    store: ActionStore
    key: str
    by: str
    at: datetime
    via: str = ""
    check: Callable[[Case], None] | None = None
    policy: Policy = DEFAULT_POLICY
    if_match: str | None = None

    def acknowledge(self) -> ActionResult:
        """Take the case, for as long without an answer as the policy says. Taking it twice changes nothing."""
        return self._do(lambda case: case.acknowledge(self.by, self.at, self.policy.acknowledgement_timeout_of(case)))

    def resolve(self, why: str, outcome: Outcome | None = None) -> ActionResult:
        """Say that nothing more is owed, and how it ended."""
        return self._do(lambda case: case.resolve(self.by, self.at, why, outcome))

    def reopen(self, why: str) -> ActionResult:
        """Say that something is owed after all."""

        def act(case: Case) -> tuple[Case, LogEntry]:
            reopened, entry = case.reopen(self.by, self.at, why)
            return reopened.retarget(self.at, self.policy.target), entry

        return self._do(act)

    def hand_over(self) -> ActionResult:
        """Pass the case on to the next rung. Passing it on twice changes nothing."""
        return self._do(lambda case: case.hand_over(self.by, self.at, self.policy.ladder_for(case.assessment.severity)))

    def snooze(self, minutes: int) -> ActionResult:
        """Put the alerts off. Putting them off twice for as long changes nothing."""
        return self._do(lambda case: case.snooze(self.by, self.at, minutes))

    def dismiss(self) -> ActionResult:
        """Say that it is no complaint. Saying it twice changes nothing."""
        return self._do(lambda case: case.dismiss(self.by, self.at))

    def correct(self, intent: Intent | None, severity: Severity | None, why: str) -> ActionResult:
        """Say what the case should have been judged to be. Saying it twice changes nothing."""
        return self._do(
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

    def confirm(self) -> ActionResult:
        """Say that the case is judged rightly. Saying it twice changes nothing."""
        return self._do(lambda case: confirm(case, self.by, self.at))

    def note(self, text: str) -> ActionResult:
        """Leave a remark for colleagues."""
        return self._do(lambda case: (case, case.note(self.by, self.at, text)))

    def _do(self, act: Callable[[Case], tuple[Case, LogEntry] | None]) -> ActionResult:
        entry: LogEntry | None = None

        def decide(thread: Conversation) -> Decision:
            nonlocal entry
            if thread.case is None:
                raise NotFoundError(
                    f"There is no case {ConversationKey.parse(self.key).case_id!r}: it was never opened."
                )
            if not names(self.if_match, thread.case.etag):
                raise ChangedError(
                    f"Case {thread.case.id} has changed since you read it: read it again, and decide anew.",
                    thread.case.etag,
                    thread.case,
                )
            try:
                if self.check is not None:
                    self.check(thread.case)
                done = act(thread.case)
            except TransitionError as error:
                raise RefusedError(str(error), thread.case) from None
            if done is not None and self.via:
                done = done[0], replace(done[1], text=f"{done[1].text}, {self.via}")
            entry = None if done is None else done[1]
            return thread.after(done)

        thread = self.store.change(self.key, decide, self.at)
        assert thread.case is not None, "decide raises where there is no case"
        return ActionResult(thread.case, entry)
