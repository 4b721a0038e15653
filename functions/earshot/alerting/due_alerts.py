"""Deduplication: which alerts of a case are due and not in its notification log.

The log has one entry for each step and channel that was sent (``alert_name``). It is written after sending, so a crash
between the two repeats one message and never loses one. A retry sends what the log does not have.
"""

from collections.abc import Callable, Iterator

from earshot.alerting.alert import Channel, alert_name
from earshot.alerting.grouping import DueAlert
from earshot.alerting.notifier import Notifier
from earshot.cases.case.case import Case
from earshot.cases.case.ladder import Alerting
from earshot.cases.case.log import LogEntry
from earshot.cases.case.status import Status
from earshot.cases.conversation.conversation import Conversation, Decision
from earshot.cases.store.keys import held_back


def due_alerts(key: str, case: Case | None, logged: frozenset[str]) -> Iterator[DueAlert]:
    """The alerts of all steps so far that are not in ``logged``, among them those of earlier steps that failed."""
    if case is None or not is_due(case):
        return
    for step in range(1, case.ladder.step + 1):
        for channel in Channel:
            if alert_name(case, step, channel) not in logged:
                is_sms_withheld = held_back(alert_name(case, step, Channel.SMS)) in logged
                yield DueAlert(key, case, step, channel, is_sms_withheld)


def still_due(alert: DueAlert, notifier: Notifier) -> DueAlert | None:
    """The alert with the case as it is stored now; None where it is not due any more."""
    conversation, logged = notifier.store.sent(alert.key)
    current = due_alerts(alert.key, conversation.case, logged)
    return next((one for one in current if (one.step, one.channel) == (alert.step, alert.channel)), None)


def is_due(case: Case) -> bool:
    """Whether the case has an alert to send."""
    return case.status is Status.OPEN and case.ladder.alerting is Alerting.DUE


def change_due_case(key: str, act: Callable[[Case], tuple[Case, LogEntry] | None], notifier: Notifier) -> None:
    """Change a case whose alert is still due. One that somebody has acted on meanwhile is left alone."""

    def decide(conversation: Conversation) -> Decision:
        case = conversation.case
        return None if case is None or not is_due(case) else conversation.after(act(case))

    notifier.store.change(key, decide, notifier.clock())
