"""Assigning a case to a colleague, or taking it over from one.

To assign is to acknowledge for somebody else. The clock runs on, the ladder stops, and where no answer is seen in time
the assignment expires as an acknowledgement does: the case is open again, and the ladder goes on where it stood. Who
was given the case is told, and so is who held it before.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from earshot.cases.case.case import Case
from earshot.cases.case.log import LogEntry
from earshot.cases.case.status import ACKNOWLEDGEMENT_TIMEOUT, Acknowledgement, Status
from earshot.cases.holders.notice import Notice, NoticeReason
from earshot.errors import TransitionError


def assign(
    case: Case,
    by: str,
    to: str,
    at: datetime,
    lasts: timedelta | None = ACKNOWLEDGEMENT_TIMEOUT,
    *,
    tells: bool = True,
) -> tuple[Case, LogEntry] | None:
    """``by`` gives the case to ``to``, perhaps to themselves, whoever held it; None where ``to`` has it already.

    Both are told, unless ``tells`` is False.

    TransitionError where it is answered or resolved: then nothing is owed by anybody.
    """
    if case.is_held_by(to):
        return None
    if case.status not in (Status.OPEN, Status.ACKNOWLEDGED):
        raise TransitionError(f"Case {case.id} is {case.status}: reopen it before you assign it.")
    former = case.acknowledgement.by if case.status is Status.ACKNOWLEDGED else None
    if former is None and to == by:
        return case.acknowledge(by, at, lasts)
    notices = [Notice.of(to, NoticeReason.ASSIGNED, by, at)] if to != by and tells else []
    if former is not None and former != by and tells:
        notices.append(Notice.of(former, NoticeReason.TAKEN_OVER, by, at))
    taken = replace(Acknowledgement.start(to, at, lasts), assigned_by=None if to == by else by)
    held = replace(
        case,
        status=Status.ACKNOWLEDGED,
        acknowledgement=taken,
        ladder=case.ladder.stop(),
        notices=(*case.notices, *notices),
    )
    source = "" if former is None else f" from {former}"
    entry = (
        LogEntry(at, by, "took over", f"the case{source}")
        if to == by
        else LogEntry(at, by, "assigned", f"to {to}{source}")
    )
    return case.acted(held, entry)
