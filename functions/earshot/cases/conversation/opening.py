"""What begins when a case opens, and when it opens again: the clock, and over the line the ladder."""

from dataclasses import replace
from datetime import datetime

from earshot.cases.case.case import Case
from earshot.cases.case.ladder import Alerting, LadderFor
from earshot.cases.case.log import LogEntry
from earshot.cases.case.response import TargetFor
from earshot.cases.case.status import Status
from earshot.cases.incidents.statistics import WINDOW
from earshot.errors import TransitionError


def start_alerting(case: Case, at: datetime, ladder_for: LadderFor) -> tuple[Case, tuple[LogEntry, ...]]:
    """Start the ladder of an open case that has none; a step without a wait is due at once.

    Nothing starts for a severity without a ladder, for history, and for a customer who came back pleased.
    """
    if case.status is not Status.OPEN or case.ladder.steps or case.ladder.alerting is not Alerting.OFF:
        return case, ()
    climbed = case.start_ladder(ladder_for(case.assessment.severity), at).climb(at)
    return (case, ()) if climbed is None else (climbed[0], (climbed[1],))


def reopen(
    case: Case, by: str, at: datetime, why: str = "", *, target_for: TargetFor, ladder_for: LadderFor
) -> tuple[Case, tuple[LogEntry, ...]]:
    """``by`` says that something is owed after all: clock and ladder begin as they do when a case opens.

    TransitionError where it is neither replied nor resolved.
    """
    if case.status not in (Status.RESOLVED, Status.REPLIED):
        raise TransitionError(f"Case {case.id} is {case.status}: only a replied or resolved case can be reopened.")
    waiting = resume_incident(replace(case.reset(at), recovery=case.recovery.unsettle()), at)
    target = target_for(case.assessment.intent, case.assessment.severity)
    waiting = replace(waiting, response=waiting.response.with_target(target))
    started, alerted = start_alerting(waiting, at, ladder_for)
    return started, (LogEntry(at, by, "reopened", why), *alerted)


def resume_incident(case: Case, at: datetime) -> Case:
    """The case of an incident that has not ended after all: it goes on where its latest complaint is recent enough."""
    incident = case.incident
    if incident is None or case.status is Status.RESOLVED or at - incident.latest_at >= WINDOW:
        return case
    return replace(case, incident=replace(incident, ended_at=None))
