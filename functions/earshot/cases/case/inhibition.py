"""What keeps an alert back: its group, quiet hours or a silence, an incident in its place, an attempt that failed.

Like every transition of a case these return the case as it is afterwards, with one log entry.
"""

import math
from dataclasses import replace
from datetime import datetime

from earshot.cases.case.case import Case
from earshot.cases.case.ladder import Alerting
from earshot.cases.case.log import EARSHOT, LogEntry
from earshot.cases.case.status import Status
from earshot.cases.incidents.incident import Incident


def group_until(case: Case, until: datetime, at: datetime) -> tuple[Case, LogEntry] | None:
    """The alert that is due is sent at ``until``, with others; None where the log says so already, or none is due."""
    ladder = case.ladder.group_until(until)
    if ladder is None:
        return None
    text = f"waits {math.ceil((until - at).total_seconds())} s for other alerts of its group"
    return replace(case.still(), ladder=ladder), LogEntry(at, EARSHOT, "held back", text)


def await_retry(case: Case, until: datetime, why: str, at: datetime) -> tuple[Case, LogEntry] | None:
    """What was not confirmed is tried again at ``until``; None where the log says that already, or nothing is due."""
    ladder = case.ladder.await_retry(until)
    if ladder is None:
        return None
    text = f"{why}: tried again from {until:%H:%M:%S} UTC on"
    return replace(case, ladder=ladder), LogEntry(at, EARSHOT, "not confirmed", text)


def mute(case: Case, step: int, until: datetime, by: str, at: datetime) -> tuple[Case, LogEntry]:
    """Alert nobody before ``until``, the end of ``by``; then go on with ``step``, of which nothing was sent."""
    entry = LogEntry(at, EARSHOT, "muted", f"alerts nobody before the end of {by}")
    return replace(case.still(), ladder=case.ladder.mute(step, until, by)), entry


def join_incident(case: Case, incident: Incident, at: datetime) -> tuple[Case, LogEntry] | None:
    """The incident alerts in place of the case, which stays what it is; None where it has joined already."""
    if case.incident_id == incident.id and case.ladder.alerting is Alerting.OFF:
        return None
    joined = replace(case.still(), incident_id=incident.id, ladder=case.ladder.switch_off())
    role = "which alerts in its place" if case.status is Status.OPEN and case.ladder.steps else "as one of many"
    return joined, LogEntry(at, EARSHOT, "joined incident", f"{incident.id}, {role}")
