"""Dispatch: from the conversations whose case has an alert due to messages that are sent and logged.

One notifier at a time holds the lock and works on everything that is queued. A case stays due until all of its alerts
are logged, so whatever fails on the way is retried: by the stream, or by the escalator, which nudges the case.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache

from earshot.alerting.due_alerts import change_due_case, due_alerts
from earshot.alerting.grouping import DueAlert, GroupedMessage, GroupState, PendingGroup, plan_messages, waiting_until
from earshot.alerting.mute.stage import is_suppressed
from earshot.alerting.notifier import Notifier, NotifyResult
from earshot.alerting.send import send
from earshot.cases.case.case import Case
from earshot.cases.case.inhibition import group_until
from earshot.cases.case.ladder import Alerting
from earshot.cases.case.log import LogEntry
from earshot.cases.conversation.conversation import Conversation, Decision
from earshot.cases.incidents.statistics import LEAST_CUSTOMERS

# A message about more cases is sent in parts.
MAX_CASES_PER_MESSAGE = 100


@dataclass(slots=True)
class _Round:
    """What one round works on: the alerts that may be sent, the cases that are due, and who cannot be reached."""

    alerts: list[DueAlert] = field(default_factory=list[DueAlert])
    cases: dict[str, Case] = field(default_factory=dict[str, Case])
    unreachable: dict[str, list[LogEntry]] = field(default_factory=dict[str, list[LogEntry]])


def notify(keys: Iterable[str], notifier: Notifier) -> NotifyResult:
    """Send every alert that is due and may be sent now, of the conversations ``keys`` and of those that are queued.

    An error holds back no other message; ``NotifyResult.failed`` has it. If another notifier holds the lock, it does
    the work and the result is empty.
    """
    result = NotifyResult()
    unfinished = frozenset(keys)
    if (acquired := notifier.lock.acquire(notifier.clock())) is None:
        # Whoever holds the lock may have looked into the queue for the last time before this: acquire it once more.
        notifier.lock.enqueue(unfinished)
        unfinished = frozenset[str]()
        acquired = notifier.lock.acquire(notifier.clock())
    while acquired is not None:
        queued, state = acquired
        unfinished |= queued | state.ready_keys(notifier.clock())
        try:
            unfinished = _run_round(unfinished, state, notifier, result)
        except BaseException:
            notifier.lock.abandon(unfinished)
            raise
        if notifier.lock.release(unfinished):
            break
        acquired = notifier.lock.acquire(notifier.clock())
    return result


def _run_round(keys: frozenset[str], state: GroupState, notifier: Notifier, result: NotifyResult) -> frozenset[str]:
    """Send what may be sent now and note what waits; returns the conversations for which something failed."""
    for key in keys:
        result.failed.pop(key, None)
    found = _collect(keys, notifier, result)
    if len(found.cases) >= LEAST_CUSTOMERS and notifier.detect_incidents():
        # Many cases at once may have one cause. Then the incident alerts in their place, so they are read again.
        found = _collect(keys, notifier, result)
    now = notifier.clock()
    messages, pending = plan_messages(found.alerts, state, notifier.policy().grouping, now)
    planned = replace(state, pending=pending)
    after = _send_all(messages, planned, found, notifier, result)
    _update_cases(found, pending, now, notifier, result)
    if after == planned and planned != state:
        # No message has saved which groups wait.
        notifier.lock.save_state(planned, notifier.clock())
    return keys & result.failed.keys()


def _collect(keys: Iterable[str], notifier: Notifier, result: NotifyResult) -> _Round:
    """Read the cases as they are now, and leave out what an incident, quiet hours or a silence suppress."""
    found = _Round()
    # Read once for all cases of the round.
    notifier = replace(notifier, incidents=cache(notifier.incidents), silences=cache(notifier.silences))
    for key in sorted(keys):
        try:
            notifier.require_time()
            conversation, logged = notifier.store.sent(key)
            alerts = list(due_alerts(key, conversation.case, logged))
            if alerts and is_suppressed(alerts, logged, notifier):
                continue
        except Exception as error:  # noqa: BLE001 - one case that cannot be read must not delay the others
            result.failed[key] = error
            continue
        if conversation.case is not None and conversation.case.ladder.alerting is Alerting.DUE:
            found.cases[key] = conversation.case
        found.alerts += alerts
    return found


def _send_all(
    messages: Iterable[GroupedMessage], state: GroupState, found: _Round, notifier: Notifier, result: NotifyResult
) -> GroupState:
    """Send the messages one after the other; returns the group state afterwards, which is saved with each of them."""
    for message in _in_parts(messages):
        try:
            notifier.require_time()
            sent = send(message, notifier)
        except Exception as error:  # noqa: BLE001 - the other messages are sent first, then it is reported
            result.failed |= {alert.key: error for alert in message.alerts}
            continue
        for key, entry in sent.unreachable.items():
            found.unreachable.setdefault(key, []).append(entry)
        state = state.with_message(message, notifier.clock())
        notifier.lock.save_state(state, notifier.clock())
        if sent.alert is not None:
            result.alerts.append(sent.alert)
    return state


def _update_cases(
    found: _Round, pending: Mapping[str, PendingGroup], now: datetime, notifier: Notifier, result: NotifyResult
) -> None:
    """Say in each case that all of its alerts are sent, or until when they wait for others."""
    until = waiting_until(pending)
    for key, case in found.cases.items():
        try:
            if key in until:
                _mark_waiting(key, case, until[key], now, notifier)
            elif key not in result.failed:
                _mark_sent(key, case, found.unreachable.get(key, []), notifier)
        except Exception as error:  # noqa: BLE001 - one case that cannot be written must not delay the others
            result.failed[key] = error


def _mark_waiting(key: str, case: Case, until: datetime, now: datetime, notifier: Notifier) -> None:
    if case.ladder.grouped_until != until:
        change_due_case(key, lambda current: group_until(current, until, now), notifier)


def _mark_sent(key: str, case: Case, unreachable: list[LogEntry], notifier: Notifier) -> None:
    """Mark the case as alerted. It stays due where another step has fallen due meanwhile."""
    now, step = notifier.clock(), case.ladder.step
    entries = tuple({entry.text: entry for entry in unreachable}.values())

    def decide(current: Conversation) -> Decision:
        due = current.case
        if due is None or due.ladder.alerting is not Alerting.DUE or due.ladder.step != step:
            return None
        alerted, entry = due.mark_alerted(now)
        return replace(current, case=alerted), (*entries, entry)

    notifier.store.change(key, decide, now)


def _in_parts(messages: Iterable[GroupedMessage]) -> Iterator[GroupedMessage]:
    for message in messages:
        for start in range(0, len(message.alerts), MAX_CASES_PER_MESSAGE):
            yield replace(message, alerts=message.alerts[start : start + MAX_CASES_PER_MESSAGE])
