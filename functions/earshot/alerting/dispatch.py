"""Dispatch: from the conversations whose case has an alert due to messages that are sent and logged.

One notifier at a time holds the lock and works on everything that is queued. A case stays due until all of its alerts
are logged as sent, so whatever fails on the way is retried: by the stream, or by the escalator, which nudges the case.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache, partial

from earshot.alerting.alert import Channel
from earshot.alerting.due_alerts import alert_names, due_alerts, is_due, next_retry, told_at
from earshot.alerting.grouping import DueAlert, GroupedMessage, GroupState, PendingGroup, plan_messages, waiting_until
from earshot.alerting.mute.stage import is_suppressed
from earshot.alerting.notices import send_notices
from earshot.alerting.notifier import POLL_SECONDS, Notifier, NotifyResult
from earshot.alerting.notifier_lock import LEASE, Acquired, Held
from earshot.alerting.send import SendResult, Untold, send
from earshot.aws.parallel import for_each
from earshot.cases.case.case import Case
from earshot.cases.case.inhibition import await_retry, group_until
from earshot.cases.case.ladder import Alerting
from earshot.cases.case.log import LogEntry
from earshot.cases.conversation.change_many import READ_TOGETHER, change_many
from earshot.cases.conversation.conversation import Conversation, Decision
from earshot.cases.incidents.statistics import LEAST_CUSTOMERS
from earshot.cases.store.case_file import LoggedAlert

# A lease ends within so many pauses.
_MOST_POLLS = int(LEASE.total_seconds() / POLL_SECONDS) + 2

_CaseLog = tuple[Conversation, Mapping[str, LoggedAlert]]
# A case as it was read, its notification log, its alerts that are due, and when that was.
_Looked = tuple[Case | None, Mapping[str, LoggedAlert], list[DueAlert], datetime]


@dataclass(slots=True)
class _Round:
    """What one round works on: the alerts that may be sent, and the cases that are due.

    By conversation: the alerts that are not settled, when its current step was told, what else its log is to say, and
    what was not confirmed. ``noticed`` are those of which a colleague is to be told something.
    """

    alerts: list[DueAlert] = field(default_factory=list[DueAlert])
    cases: dict[str, Case] = field(default_factory=dict[str, Case])
    left: dict[str, set[tuple[int, Channel]]] = field(default_factory=dict[str, set[tuple[int, Channel]]])
    told: dict[str, datetime] = field(default_factory=dict[str, datetime])
    notes: dict[str, list[LogEntry]] = field(default_factory=dict[str, list[LogEntry]])
    untold: dict[str, list[Untold]] = field(default_factory=dict[str, list[Untold]])
    noticed: set[str] = field(default_factory=set[str])

    def take_in(self, key: str, looked: _Looked) -> None:
        """Note what is due of a conversation."""
        case, logged, alerts, now = looked
        if case is not None and case.ladder.alerting is Alerting.DUE:
            self.cases[key] = case
            if (at := told_at(case, logged)) is not None:
                self.told[key] = at
            if (retry := next_retry(case, logged, now)) is not None:
                self.untold[key] = [Untold("an alert may have been sent, which was not confirmed", retry)]
        self.alerts += alerts
        self.left[key] = {(alert.step, alert.channel) for alert in alerts}

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

    An error holds back no other message; ``NotifyResult.failed`` has it. If another notifier holds the lock and lives,
    it does the work and the result is empty. One that has died is waited out.
    """
    result = NotifyResult()
    unfinished = frozenset(keys)
    acquired = notifier.lock.acquire(notifier.clock())
    if isinstance(acquired, Held):
        notifier.lock.enqueue(unfinished)
        acquired, unfinished = _acquire_after_another(unfinished, notifier), frozenset[str]()
    while isinstance(acquired, Acquired):
        unfinished |= acquired.keys | acquired.state.ready_keys(notifier.clock())
        try:
            unfinished = _run_round(unfinished, acquired.state, notifier, result)
        except BaseException:
            notifier.lock.abandon(unfinished)
            raise
        if notifier.lock.release(unfinished):
            return result
        acquired = notifier.lock.acquire(notifier.clock(), unfinished)
    # Whoever has taken the lock from us does what we had not finished.
    notifier.lock.enqueue(unfinished)
    return result


def _acquire_after_another(queued: frozenset[str], notifier: Notifier) -> Acquired | Held:
    """Take the lock once it is free, or once whoever holds it has died; Held where that one will do the work.

    It lives where it takes something of ``queued`` out of the queue, or renews its lease: then it looks into the queue
    once more before it releases the lock. If it dies after that, its own records are delivered again, and whoever gets
    them comes here. Each lease is waited for once, so that ends.
    """
    # It may have looked into the queue for the last time before this: acquire it once more.
    held = first = notifier.lock.acquire(notifier.clock())
    for _ in range(_MOST_POLLS):
        if isinstance(held, Acquired) or isinstance(first, Acquired):
            return held
        if held.lease != first.lease or not queued <= held.queued or not notifier.wait():
            break
        held = notifier.lock.acquire(notifier.clock())
    return held


def _run_round(keys: frozenset[str], state: GroupState, notifier: Notifier, result: NotifyResult) -> frozenset[str]:
    """Send what may be sent now and note what waits; returns the conversations for which something failed."""
    for key in keys:
        result.failed.pop(key, None)
    found = _collect(keys, notifier, result)
    if len(found.cases) >= LEAST_CUSTOMERS and notifier.is_incident(tuple(found.cases.values())):
        # Many cases at once have one cause. The incident alerts in their place, so they are read again.
        found = _collect(keys, notifier, result)
    now = notifier.clock()
    grouping = notifier.policy().grouping
    messages, pending = plan_messages(found.alerts, state, grouping, now, keys)
    if more := GroupState(pending=pending).ready_keys(now) - keys:
        keys |= more
        found = _collect(keys, notifier, result)
        messages, pending = plan_messages(found.alerts, state, grouping, now, keys)
    planned = replace(state, pending=pending)
    unsaved = _send_all(messages, planned, found, notifier, result)
    _update_cases(found, pending, now, notifier, result)
    send_notices(sorted(found.noticed), notifier, result)
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
    wanted = sorted(keys)
    for start in range(0, len(wanted), READ_TOGETHER):
        some = wanted[start : start + READ_TOGETHER]
        try:
            notifier.require_time()
            notifier.lock.hold(notifier.clock())
        except Exception as error:  # noqa: BLE001 - those that were read are told; the others are handed over
            result.failed |= dict.fromkeys(some, error)
            continue
        read = notifier.log.read_many(some, alert_names)
        found.noticed |= {key for key, one in read.items() if not isinstance(one, Exception) and _has_notices(one[0])}
        look = partial(_look, read=read, notifier=notifier)
        # What suppresses a case is written in it, which takes time: an incident may cover thousands.
        for key, looked in for_each(look, some, at_once=notifier.at_once):
            if isinstance(looked, Exception):
                # One case that cannot be read must not delay the others.
                result.failed[key] = looked
            elif looked is not None:
                found.take_in(key, looked)
    return found


def _has_notices(conversation: Conversation) -> bool:
    return conversation.case is not None and bool(conversation.case.notices)


def _look(key: str, read: Mapping[str, _CaseLog | Exception], notifier: Notifier) -> _Looked | None:
    """What is due of a conversation that was read now; None where something suppresses it."""
    if isinstance(found := read[key], Exception):
        raise found
    conversation, logged = found
    now, case = notifier.clock(), conversation.case
    alerts = list(due_alerts(key, case, logged, now))
    return None if alerts and is_suppressed(alerts, logged, notifier) else (case, logged, alerts, now)


def _send_all(
    messages: Iterable[GroupedMessage], state: GroupState, found: _Round, notifier: Notifier, result: NotifyResult
) -> Exception | None:
    """Send the messages one after the other, and save the group state with each of them; returns why that failed."""
    unsaved: Exception | None = None
    for message in messages:
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
    until, at = waiting_until(pending), notifier.clock()

    def decide(key: str, current: Conversation) -> Decision:
        return _update_case(current, found.cases[key], until.get(key), found, now, at)

    # As the case was read there may be nothing to say, and then it need not be read again.
    changed = [key for key, case in found.cases.items() if decide(key, Conversation(key, case=case)) is not None]
    for key, error in change_many(notifier.store, changed, decide, at, at_once=notifier.at_once):
        if error is not None:
            # One case that cannot be written must not delay the others.
            result.failed[key] = error


def _update_case(
    current: Conversation, case: Case, grouped: datetime | None, found: _Round, now: datetime, at: datetime
) -> Decision:
    """What the round has done to a case. It stays due where another step has fallen due meanwhile."""
    key, due = current.key, current.case
    told, untold = found.told.get(key), found.untold.get(key, ())
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
