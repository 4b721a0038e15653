"""Undo: a case is again what it was before the last act of a person, and the time that passed meanwhile counts."""

from dataclasses import replace
from datetime import datetime

from earshot.cases.case.case import Case
from earshot.cases.case.ladder import LadderFor
from earshot.cases.case.log import LogEntry
from earshot.cases.case.status import Status
from earshot.cases.conversation.conversation import Conversation, Decision
from earshot.cases.conversation.opening import resume_incident
from earshot.cases.undo.undoable import UNDO_WITHIN, Undoable
from earshot.errors import TransitionError


def undo(conversation: Conversation, by: str, at: datetime, ladder_for: LadderFor) -> Decision:
    """``by`` takes back what they did last with the case of ``conversation``.

    What fell due meanwhile, a step of the ladder or the end of an acknowledgement, happens now. None where they have
    undone it already. TransitionError where there is nothing to undo, where somebody else did it, where it is too long
    ago, and where something has happened since.
    """
    case = conversation.case
    done = None if case is None else case.undoable
    if case is None or done is None:
        raise TransitionError("Nobody has done anything with this case that could be undone.")
    if done.undone_at is not None and done.by == by:
        return None
    _refuse_unless_last(case, done, by, at)
    restored = replace(
        case,
        status=done.status,
        acknowledgement=done.acknowledgement,
        resolution=done.resolution,
        ladder=done.ladder_after(case.ladder),
        recovery=done.recovery,
        assessment=done.assessment or case.assessment,
        response=done.response or case.response,
        undoable=replace(done, undone_at=at),
        notices=done.notices_after(case.notices, by, at),
    )
    answers = tuple(answer for answer in conversation.answers if answer != done.answer)
    case, entries = _catch_up(resume_incident(restored, at), at, ladder_for)
    verdict = None if done.verdict is None else replace(done.verdict, is_withdrawn=True)
    entry = LogEntry(at, by, "undone", f"'{done.what}' of {done.at:%H:%M:%S} UTC", verdict)
    return replace(conversation, case=case, answers=answers), (entry, *entries)


def _catch_up(case: Case, at: datetime, ladder_for: LadderFor) -> tuple[Case, tuple[LogEntry, ...]]:
    """The case with all that fell due by ``at``."""
    entries: tuple[LogEntry, ...] = ()
    while (woken := case.wake(at, ladder_for(case.assessment.severity))) is not None:
        case, entries = woken[0], (*entries, *woken[1])
    return case, entries


def _refuse_unless_last(case: Case, done: Undoable, by: str, at: datetime) -> None:
    if done.by != by:
        raise TransitionError(f"It was {done.by} who did the last thing with case {case.id} ({done.what}): ask them.")
    if not done.is_open(case.version):
        raise TransitionError(f"'{done.what}' cannot be undone: {_since(case, done)}. Look at case {case.id} again.")
    if at > done.until:
        minutes = int(UNDO_WITHIN.total_seconds() // 60)
        raise TransitionError(
            f"'{done.what}' is more than {minutes} min ago: see case {case.id}, and reopen it if it has ended."
        )


def _since(case: Case, done: Undoable) -> str:
    """What has happened to the case since, as far as it shows."""
    taken, ended = case.acknowledgement, case.resolution
    if case.status is Status.ACKNOWLEDGED and taken.by != done.by:
        return f"{taken.by} has taken the case since"
    if case.status is Status.RESOLVED and ended.by != done.by:
        return f"{ended.by} has resolved the case since"
    if case.status is Status.OPEN and done.left is not Status.OPEN:
        return "the case has been opened again since"
    if case.status is Status.REPLIED and done.left is not Status.REPLIED:
        return "the brand has answered since"
    return "the customer has written since, or the case has changed otherwise"
