"""Dispatch: from the conversations whose case has an alert due to messages that are sent and logged.

One notifier at a time holds the lock and works on everything that is queued. A case stays due until all of its alerts
are logged as sent, so whatever fails on the way is retried: by the stream, or by the escalator, which nudges the case.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache

from earshot.alerting.alert import Channel
from earshot.alerting.due_alerts import due_alerts, is_due, next_retry, told_at
from earshot.alerting.grouping import DueAlert, GroupedMessage, GroupState, PendingGroup, plan_messages, waiting_until
from earshot.alerting.mute.stage import is_suppressed
from earshot.alerting.notifier import Notifier, NotifyResult
from earshot.alerting.send import SendResult, Untold, send
from earshot.cases.case.case import Case
from earshot.cases.case.inhibition import await_retry, group_until
from earshot.cases.case.ladder import Alerting
from earshot.cases.case.log import LogEntry
from earshot.cases.conversation.conversation import Conversation, Decision
from earshot.cases.incidents.statistics import LEAST_CUSTOMERS

# A message about more cases is sent in parts.
MAX_CASES_PER_MESSAGE = 100


@dataclass(slots=True)
class _Round:
    """What one round works on: the alerts that may be sent, and the cases that are due.

    By conversation: the alerts that are not settled, when its current step was told, what else its log is to say, and
    what was not confirmed.
    """

    alerts: list[DueAlert] = field(default_factory=list[DueAlert])
    cases: dict[str, Case] = field(default_factory=dict[str, Case])
    left: dict[str, set[tuple[int, Channel]]] = field(default_factory=dict[str, set[tuple[int, Channel]]])
    told: dict[str, datetime] = field(default_factory=dict[str, datetime])
    notes: dict[str, list[LogEntry]] = field(default_factory=dict[str, list[LogEntry]])
    untold: dict[str, list[Untold]] = field(default_factory=dict[str, list[Untold]])

    def take(self, sent: SendResult) -> None:
        """Take over what became of a message."""
        for due in sent.settled:
            self.left[due.key].discard((due.step, due.channel))
        for due in sent.told:
            if due.step == due.case.ladder.step:
                self.told.setdefault(due.key, sent.at)
        for key, entry in sent.notes:
            self.notes.setdefault(key, []).append(entry)
        for key, untold in sent.untold:
            self.untold.setdefault(key, []).append(untold)


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
    unsaved = _send_all(messages, planned, found, notifier, result)
    _update_cases(found, pending, now, notifier, result)
    if unsaved is not None:
        raise unsaved
    if not messages and planned != state:
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
            conversation, logged = notifier.log.read(key)
            now = notifier.clock()
            alerts = list(due_alerts(key, conversation.case, logged, now))
            if alerts and is_suppressed(alerts, logged, notifier):
                continue
        except Exception as error:  # noqa: BLE001 - one case that cannot be read must not delay the others
            result.failed[key] = error
            continue
        if conversation.case is not None and conversation.case.ladder.alerting is Alerting.DUE:
            found.cases[key] = conversation.case
            if (at := told_at(conversation.case, logged)) is not None:
                found.told[key] = at
            if (retry := next_retry(conversation.case, logged, now)) is not None:
                found.untold[key] = [Untold("an alert may have been sent, which was not confirmed", retry)]
        found.alerts += alerts
        found.left[key] = {(alert.step, alert.channel) for alert in alerts}
    return found


def _send_all(
    messages: Iterable[GroupedMessage], state: GroupState, found: _Round, notifier: Notifier, result: NotifyResult
) -> Exception | None:
    """Send the messages one after the other, and save the group state with each of them; returns why that failed."""
    unsaved: Exception | None = None
    for message in _in_parts(messages):
        try:
            notifier.require_time()
            sent = send(message, notifier)
        except Exception as error:  # noqa: BLE001 - the other messages are sent first, then it is reported
            sent = SendResult(notifier.clock(), failed={alert.key: error for alert in message.alerts})
        found.take(sent)
        result.failed |= sent.failed
        if sent.alert is not None:
            result.alerts.append(sent.alert)
            state = state.with_message(message, notifier.clock())
        try:
            notifier.lock.save_state(state, notifier.clock())
        except Exception as error:  # noqa: BLE001 - without it the next message may come too early; this one was sent
            unsaved = error
    return unsaved


def _update_cases(
    found: _Round, pending: Mapping[str, PendingGroup], now: datetime, notifier: Notifier, result: NotifyResult
) -> None:
    """Say in each case that all of its alerts are sent, or until when they wait: for others, or for a retry."""
    until = waiting_until(pending)
    for key, case in found.cases.items():
        try:
            _update_case(key, case, until.get(key), found, now, notifier)
        except Exception as error:  # noqa: BLE001 - one case that cannot be written must not delay the others
            result.failed[key] = error


def _update_case(
    key: str, case: Case, grouped: datetime | None, found: _Round, now: datetime, notifier: Notifier
) -> None:
    """Write what the round has done to a case. It stays due where another step has fallen due meanwhile."""
    at, told, untold = notifier.clock(), found.told.get(key), found.untold.get(key, ())

    def decide(current: Conversation) -> Decision:
        due = current.case
        if due is None or not is_due(due) or due.ladder.step != case.ladder.step:
            return None
        # Several alerts of a case say the same of it once.
        entries = list({entry.text: entry for entry in found.notes.get(key, ())}.values())
        changed = due if told is None else replace(due, ladder=due.ladder.tell(told))
        if grouped is not None and (held := group_until(changed, grouped, now)) is not None:
            changed = held[0]
            entries.append(held[1])
        why = "; ".join(dict.fromkeys(one.why for one in untold))
        retry = min((one.retry_at for one in untold), default=None)
        if retry is not None and (waiting := await_retry(changed, retry, why, at)) is not None:
            changed = waiting[0]
            entries.append(waiting[1])
        if grouped is None and not untold and not found.left.get(key):
            changed, entry = changed.mark_alerted(at)
            entries.append(entry)
        return None if changed == due else (replace(current, case=changed), tuple(entries))

    # As the case was read there may be nothing to say, and then it need not be read again.
    if decide(Conversation(key, case=case)) is not None:
        notifier.store.change(key, decide, at)


def _in_parts(messages: Iterable[GroupedMessage]) -> Iterator[GroupedMessage]:
    for message in messages:
        for start in range(0, len(message.alerts), MAX_CASES_PER_MESSAGE):
            yield replace(message, alerts=message.alerts[start : start + MAX_CASES_PER_MESSAGE])
