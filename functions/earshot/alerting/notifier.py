"""Sending what has fallen due: decided on the cases as they are now, told together, and logged against repetition.

One notifier at a time works off the *board*, where every thread stands whose case has an alert to send. It plans the
messages (``grouping``), sends each, and logs it in every case that it told of. Whatever dies on the way, a case stays
due until all is logged, and the escalator hands it over again.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any, Protocol

from earshot.alerting.alert import NO_SMS, OVER_BUDGET, Alert, Channel, Recipients, alert_name
from earshot.alerting.grouping import DueAlert, GroupedMessage, GroupState, plan_messages, waiting_until
from earshot.alerting.messages.compose import LinkTo, compose, log_record, no_link
from earshot.cases.case.case import Case
from earshot.cases.case.inhibition import group_until, join_incident, mute
from earshot.cases.case.ladder import Alerting
from earshot.cases.case.log import LogEntry
from earshot.cases.case.status import Status
from earshot.cases.conversation.conversation import Conversation, Decision
from earshot.cases.incidents.incident import Incident, features_of
from earshot.cases.incidents.statistics import LEAST_CUSTOMERS
from earshot.cases.policy.policy import DEFAULT_POLICY, Policy
from earshot.cases.policy.quiet_hours import Silence, mute_of
from earshot.cases.store.keys import held_back

FindAudience = Callable[[int, Channel, datetime], Recipients]
# One message tells of so many cases at most; what more there is waits for the next.
MOST_IN_ONE = 100


class NotifierStore(Protocol):
    """What the notifier asks of the case table."""

    def sent(self, key: str) -> tuple[Conversation, frozenset[str]]: ...
    def log_alert(self, key: str, name: str, alert: Mapping[str, Any], now: datetime) -> None: ...
    def change(self, key: str, decide: Callable[[Conversation], Decision], now: datetime) -> Conversation: ...


class Lock(Protocol):
    """The threads that have something to tell, for one notifier at a time."""

    def join(self, keys: Iterable[str]) -> None: ...
    def take(self, now: datetime) -> tuple[frozenset[str], GroupState] | None: ...
    def note(self, told: GroupState, now: datetime) -> None: ...
    def leave(self, waiting: Iterable[str]) -> bool: ...
    def give_back(self, waiting: Iterable[str]) -> None: ...


@dataclass(frozen=True, slots=True)
class Notifier:
    """What sending takes. ``audience_of`` says at the moment of sending whom a rung stands for, ``link_to`` makes the
    address by which they may act, ``policy``, ``silences`` and ``incidents`` what is in force now. ``publish`` answers
    SNS's id of the message, and ``afford_sms`` whether the month's money is enough for one. ``look_for_incidents`` says
    whether it found one, or cases that belong to one.
    """

    store: NotifierStore
    board: Lock
    publish: Callable[[Alert, datetime], str | None]
    wait_for_mail: Callable[[], None]
    clock: Callable[[], datetime]
    audience_of: FindAudience = lambda rung, channel, at: Recipients(rung)
    link_to: LinkTo = no_link
    policy: Callable[[], Policy] = lambda: DEFAULT_POLICY
    silences: Callable[[], tuple[Silence, ...]] = tuple
    afford_sms: Callable[[Alert, datetime], bool] = lambda alert, now: True
    look_for_incidents: Callable[[], bool] = lambda: False
    incidents: Callable[[], tuple[Incident, ...]] = tuple


@dataclass(slots=True)
class NotifyResult:
    """What was sent, and which threads something failed for."""

    alerts: list[Alert] = field(default_factory=list)
    failed: dict[str, Exception] = field(default_factory=dict)


@dataclass(slots=True)
class _Round:
    """What one look found: what is due, the cases that wait for their alerts, and what was nobody's to reach."""

    dues: list[DueAlert] = field(default_factory=list)
    waiting: dict[str, Case] = field(default_factory=dict)
    unreachable: dict[str, list[LogEntry]] = field(default_factory=dict)


def notify(keys: Iterable[str], work: Notifier) -> NotifyResult:
    """Send every alert that is due and may go out now: of the threads ``keys``, and of those that wait already.

    A message that fails holds back no other; ``failed`` names its threads, and a retry sends only what was not logged.
    Where another notifier is at work, it does what is to do here.
    """
    work.board.join(keys)
    notified = NotifyResult()
    undone: frozenset[str] = frozenset()
    while (taken := work.board.take(work.clock())) is not None:
        joined, told = taken
        undone |= joined | told.ready(work.clock())
        try:
            undone = _work_off(undone, told, work, notified)
        except BaseException:
            work.board.give_back(undone)
            raise
        if work.board.leave(undone):
            break
    return notified


def _work_off(keys: frozenset[str], told: GroupState, work: Notifier, notified: NotifyResult) -> frozenset[str]:
    """One round: send what may go out now, and note what waits; answers the threads that something failed for."""
    for key in keys:
        notified.failed.pop(key, None)
    found = _look(keys, work, notified)
    if len(found.waiting) >= LEAST_CUSTOMERS and work.look_for_incidents():
        # Many at once may be one thing: that is told in their place, before any of them is.
        found = _look(keys, work, notified)
    now = work.clock()
    bundles, pending = plan_messages(found.dues, told, work.policy().grouping, now)
    told = replace(told, pending=pending)
    for bundle in _in_parts(bundles):
        try:
            alert = _send(bundle, found, work)
        except Exception as error:  # noqa: BLE001 - it is reported with its threads, when all others had their turn
            notified.failed |= {due.key: error for due in bundle.dues}
            continue
        told = told.with_message(bundle, work.clock())
        work.board.note(told, work.clock())
        if alert is not None:
            notified.alerts.append(alert)
    held = waiting_until(pending)
    for key, case in found.waiting.items():
        try:
            if key in held:
                _hold(key, case, held[key], now, work)
            elif key not in notified.failed:
                _finish(key, case, found.unreachable.get(key, []), work)
        except Exception as error:  # noqa: BLE001 - as above
            notified.failed[key] = error
    work.board.note(told, work.clock())
    return keys & notified.failed.keys()


def _look(keys: Iterable[str], work: Notifier, notified: NotifyResult) -> _Round:
    """The cases as they are now. What quiet hours, silences or an incident keep back is done with here."""
    found = _Round()
    # What may keep alerts back is read once for all of them.
    work = replace(work, incidents=cache(work.incidents), silences=cache(work.silences))
    for key in sorted(keys):
        try:
            thread, logged = work.store.sent(key)
            dues = list(_due(key, thread.case, logged))
            if dues and _is_kept_back(dues, logged, work):
                continue
        except Exception as error:  # noqa: BLE001 - one case that cannot be read must not keep the others waiting
            notified.failed[key] = error
            continue
        if thread.case is not None and thread.case.ladder.alerting is Alerting.DUE:
            found.waiting[key] = thread.case
        found.dues += dues
    return found


def _is_kept_back(dues: list[DueAlert], logged: frozenset[str], work: Notifier) -> bool:
    """Whether nobody is alerted for the case now, for a reason that its log then has."""
    due, now = dues[0], work.clock()
    incident = _incident_of(due.case, work.incidents())
    if incident is not None:
        _change(due.key, lambda case: join_incident(case, incident, now), work)
        return True
    muted = mute_of(due.case, now, work.policy().quiet_hours, work.silences())
    is_begun = any(alert_name(due.case, due.step, channel) in logged for channel in Channel)
    if muted is None or is_begun:
        return False
    _change(due.key, lambda case: mute(case, due.step, muted.until, muted.why, now), work)
    return True


def _incident_of(case: Case, incidents: Iterable[Incident]) -> Incident | None:
    if case.incident is not None:
        return None
    features = features_of(case.headline.text, case.assessment.reasons, case.brand)
    return next((one for one in incidents if one.id == case.incident_id or one.covers(features)), None)


def _send(bundle: GroupedMessage, found: _Round, work: Notifier) -> Alert | None:
    """Send one message and log it in each of its cases. None: nobody needs it any more, or it goes another way."""
    if bundle.channel is Channel.EMAIL:
        work.wait_for_mail()
    now = work.clock()
    # Read again just before sending: what came before took time, and somebody may have answered.
    dues = tuple(current for due in bundle.dues if (current := _still(due, work)) is not None)
    if not dues:
        return None
    bundle = replace(bundle, dues=dues)
    audience = work.audience_of(bundle.rung, bundle.channel, now)
    if audience.unreachable:
        for due in dues:
            found.unreachable.setdefault(due.key, []).append(_unreachable(bundle.rung, audience, now))
    # Where money held an SMS back, the mail of the same alert says so.
    is_alone = bundle.channel is Channel.EMAIL and all(due.is_texted is False for due in dues)
    alert = compose(bundle, now, audience, work.link_to, NO_SMS if is_alone else None)
    # An empty audience is told on another channel: this one is done, and its log says that nobody got it.
    is_sent, became = audience.to != (), {}
    if is_sent and bundle.channel is Channel.SMS and not work.afford_sms(alert, now):
        is_sent, became = False, {"held_back": OVER_BUDGET}
    elif is_sent:
        became = {"message_id": work.publish(alert, now)}
    for due in dues:
        entry = log_record(alert, due, now) | became
        work.store.log_alert(due.key, alert_name(due.case, due.step, due.channel), entry, now)
    return alert if is_sent else None


def _still(due: DueAlert, work: Notifier) -> DueAlert | None:
    """The same alert as it is due now, None where it is not any more."""
    thread, logged = work.store.sent(due.key)
    return next(
        (now for now in _due(due.key, thread.case, logged) if (now.step, now.channel) == (due.step, due.channel)), None
    )


def _hold(key: str, case: Case, until: datetime, now: datetime, work: Notifier) -> None:
    """Say in the case until when it waits for others, unless it says so already."""
    if case.ladder.grouped_until != until:
        _change(key, lambda current: group_until(current, until, now), work)


def _finish(key: str, case: Case, entries: list[LogEntry], work: Notifier) -> None:
    """Say in the case that all is sent. A step that has fallen due meanwhile keeps it due."""
    now, step = work.clock(), case.ladder.step
    told = tuple({entry.text: entry for entry in entries}.values())
    work.store.change(key, lambda current: _mark_alerted(current, step, now, told), now)


def _change(key: str, act: Callable[[Case], tuple[Case, LogEntry] | None], work: Notifier) -> None:
    """Change a case whose alert is due, if it still is: whoever acted meanwhile comes first."""

    def decide(thread: Conversation) -> Decision:
        case = thread.case
        if case is None or case.status is not Status.OPEN or case.ladder.alerting is not Alerting.DUE:
            return None
        return thread.after(act(case))

    work.store.change(key, decide, work.clock())


def _due(key: str, case: Case | None, logged: frozenset[str]) -> Iterator[DueAlert]:
    """What has fallen due and is not logged; an earlier step that failed is among it."""
    if case is None or case.status is not Status.OPEN or case.ladder.alerting is not Alerting.DUE:
        return
    for step in range(1, case.ladder.step + 1):
        for channel in Channel:
            if alert_name(case, step, channel) not in logged:
                is_texted = held_back(alert_name(case, step, Channel.SMS)) not in logged
                yield DueAlert(key, case, step, channel, is_texted)


def _in_parts(bundles: Iterable[GroupedMessage]) -> Iterator[GroupedMessage]:
    for bundle in bundles:
        for start in range(0, len(bundle.dues), MOST_IN_ONE):
            yield replace(bundle, dues=bundle.dues[start : start + MOST_IN_ONE])


def _mark_alerted(current: Conversation, step: int, now: datetime, entries: tuple[LogEntry, ...]) -> Decision:
    case = current.case
    if case is None or case.ladder.alerting is not Alerting.DUE or case.ladder.step != step:
        return None
    alerted, entry = case.mark_alerted(now)
    return replace(current, case=alerted), (*entries, entry)


def _unreachable(rung: int, audience: Recipients, at: datetime) -> LogEntry:
    instead = "nobody can be: everybody on the topic is" if audience.everybody else f"rung {audience.rung} is"
    text = f"rung {rung}: {', '.join(audience.unreachable)} cannot be reached; {instead} alerted at once"
    return LogEntry(at, "earshot", "unreachable", text)
