"""Deduplication: which alerts of a case are due, as its notification log has it.

The log has one entry for each step and channel (``alert_name``): it is written before sending and again with the
outcome. What was sent is not sent again. Where the outcome is missing the alert may have been sent: it is tried again
after ``RETRY_WAITS``, so that a fault that lasts costs a few messages and not one a minute. What was certainly not sent
is tried again as soon as anybody hands the case over.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from earshot.alerting.alert import Channel, alert_name
from earshot.alerting.grouping import CLOCK_TOLERANCE, DueAlert
from earshot.alerting.messages.notice import notice_name
from earshot.alerting.notifier import Notifier
from earshot.cases.case.case import Case
from earshot.cases.case.ladder import Alerting
from earshot.cases.case.log import LogEntry
from earshot.cases.case.status import Status
from earshot.cases.conversation.conversation import Conversation, Decision
from earshot.cases.store.case_file import AlertOutcome, LoggedAlert

# The waits after the first, second... attempt whose outcome is not known; the last of them from then on. Ten minutes
# without answers cost two messages more than one, an hour five.
RETRY_WAITS = tuple(timedelta(minutes=minutes) for minutes in (2, 8, 15, 30, 60))

Logged = Mapping[str, LoggedAlert]


def due_alerts(key: str, case: Case | None, logged: Logged, now: datetime) -> Iterator[DueAlert]:
    """The alerts of all steps so far that may be sent at ``now``, among them those of earlier steps that failed.

    Where a later step alerts the same rung, what waits for its retry goes with it.
    """
    if case is None or not is_due(case):
        return
    for unsettled in _unsettled(case, logged):
        if unsettled.may_go_at(now):
            for step, attempts in unsettled.steps.items():
                sms = logged.get(alert_name(case, step, Channel.SMS))
                is_sms_withheld = sms is not None and sms.held_back is not None
                yield DueAlert(key, case, step, unsettled.channel, is_sms_withheld, attempts)


def next_retry(case: Case, logged: Logged, now: datetime) -> datetime | None:
    """When the first alert that must wait at ``now`` may be tried again; None where none must."""
    waiting = (one.retry_at for one in _unsettled(case, logged) if not one.may_go_at(now))
    return min((at for at in waiting if at is not None), default=None)


def told_at(case: Case, logged: Logged) -> datetime | None:
    """When the current step was first told to anybody; None where that is not known."""
    entries = (logged.get(alert_name(case, case.ladder.step, channel)) for channel in Channel)
    sent = (entry.at for entry in entries if entry is not None and entry.outcome is AlertOutcome.SENT)
    return min(sent, default=None)


def retry_at(at: datetime, attempts: int) -> datetime:
    """When an alert is tried again whose attempt at ``at``, the ``attempts``-th, was not confirmed."""
    return at + RETRY_WAITS[min(attempts, len(RETRY_WAITS)) - 1]


def alert_names(conversation: Conversation) -> list[str]:
    """The names in its log of the alerts of a conversation's case, for all steps so far, and of its notices."""
    if (case := conversation.case) is None:
        return []
    alerts = [alert_name(case, step, channel) for step in range(1, case.ladder.step + 1) for channel in Channel]
    return alerts + [notice_name(notice, channel) for notice in case.notices for channel in Channel]


def still_due(alerts: Sequence[DueAlert], notifier: Notifier) -> Iterator[tuple[DueAlert, DueAlert | Exception]]:
    """Each alert that is due still, with its case as it is stored now, or the error with which that was not read."""
    read = notifier.log.read_many(list(dict.fromkeys(alert.key for alert in alerts)), alert_names)
    for alert in alerts:
        found = read[alert.key]
        if isinstance(found, Exception):
            yield alert, found
            continue
        conversation, logged = found
        current = due_alerts(alert.key, conversation.case, logged, notifier.clock())
        for one in current:
            if (one.step, one.channel) == (alert.step, alert.channel):
                yield alert, one


def is_due(case: Case) -> bool:
    """Whether the case has an alert to send."""
    return case.status is Status.OPEN and case.ladder.alerting is Alerting.DUE


def change_due_case(key: str, act: Callable[[Case], tuple[Case, LogEntry] | None], notifier: Notifier) -> None:
    """Change a case whose alert is still due. One that somebody has acted on meanwhile is left alone."""

    def decide(conversation: Conversation) -> Decision:
        case = conversation.case
        return None if case is None or not is_due(case) else conversation.after(act(case))

    notifier.store.change(key, decide, notifier.clock())


@dataclass(slots=True)
class _Unsettled:
    """What a rung is still to be told on one channel: the steps, each with the attempts that may have arrived.

    It goes at once where ``is_fresh``: one of its steps was not tried yet, or certainly not sent. Else it goes again
    at ``retry_at``.
    """

    channel: Channel
    steps: dict[int, int] = field(default_factory=dict[int, int])
    is_fresh: bool = False
    tried_at: datetime | None = None
    retry_at: datetime | None = None

    def may_go_at(self, now: datetime) -> bool:
        if self.is_fresh or self.retry_at is None or self.retry_at <= now:
            return True
        # An attempt of the future was made before a clock was set back: nobody waits until the clock catches up.
        return self.tried_at is not None and self.tried_at > now + CLOCK_TOLERANCE

    def add(self, step: int, entry: LoggedAlert | None) -> None:
        self.steps[step] = 0 if entry is None else entry.attempts
        if entry is None or entry.outcome is AlertOutcome.REFUSED:
            self.is_fresh = True
        else:
            # The step that was tried most often knows how long the fault has lasted.
            at = retry_at(entry.at, entry.attempts)
            self.retry_at = at if self.retry_at is None else max(at, self.retry_at)
            self.tried_at = entry.at if self.tried_at is None else max(entry.at, self.tried_at)


def _unsettled(case: Case, logged: Logged) -> Iterable[_Unsettled]:
    """What is not settled of the steps so far, an SMS before the email of the same rung."""
    found: dict[tuple[int, Channel], _Unsettled] = {}
    for step in range(1, case.ladder.step + 1):
        for channel in Channel:
            entry = logged.get(alert_name(case, step, channel))
            if entry is None or not entry.is_settled:
                rung = case.ladder.steps[step - 1].rung
                found.setdefault((rung, channel), _Unsettled(channel)).add(step, entry)
    return found.values()
