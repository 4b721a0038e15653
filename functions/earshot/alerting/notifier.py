"""What the stages of sending alerts work with: the stores, the clock, and what they ask at the moment of sending.

The stages, in the order of ``dispatch.notify``, are those of Alertmanager's notification pipeline: deduplicate by the
notification log (``due_alerts``), inhibit and mute (``mute.stage``), group and wait (``grouping``), log, send and
log the outcome (``send``). Notices to colleagues come after them (``notices``).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from earshot.alerting.alert import Alert, Channel, Recipients
from earshot.alerting.grouping import GroupState
from earshot.alerting.messages.compose import LinkTo, no_link
from earshot.alerting.notifier_lock import Acquired, Held
from earshot.cases.case.case import Case
from earshot.cases.conversation.change_many import Conversations
from earshot.cases.conversation.conversation import Conversation
from earshot.cases.incidents.incident import Incident
from earshot.cases.policy.policy import DEFAULT_POLICY, Policy
from earshot.cases.policy.quiet_hours import Silence
from earshot.cases.store.case_file import LoggedAlert
from earshot.cases.store.notification_log import LoggedAttempt

# Seconds of the invocation without which no further case is read, and no further message is begun: that is enough to
# note what was sent, and to hand the lock and the rest over.
SEND_SECONDS = 12.0
# How often a notifier looks whether the one that holds the lock lives.
POLL_SECONDS = 1.0
# Seconds of the invocation that are not waited away: to send what is due once the lock is free.
WORK_SECONDS = 30.0

RecipientsOf = Callable[[int, Channel, datetime], Recipients]
# One person by any of their names; nobody where they certainly get nothing on the channel.
PersonOf = Callable[[str, Channel, datetime], Recipients]


class NotifierLog(Protocol):
    """The notification logs: ``intend_many`` comes before sending, ``record_many`` after it (``NotificationLog``).

    Each answers for every one it is given, with an error in place of the answer where there was one.
    """

    def read_many(
        self, keys: Sequence[str], names_of: Callable[[Conversation], Iterable[str]]
    ) -> "Mapping[str, tuple[Conversation, Mapping[str, LoggedAlert]] | Exception]": ...
    def intend_many(self, attempts: Sequence[LoggedAttempt], now: datetime) -> Sequence[bool | Exception]: ...
    def record_many(self, attempts: Sequence[LoggedAttempt], now: datetime) -> Sequence[Exception | None]: ...


class Lock(Protocol):
    """The queue of conversations with a due alert, and the lock that lets one notifier at a time work on it."""

    def enqueue(self, keys: Iterable[str]) -> None: ...
    def acquire(self, now: datetime, unfinished: Iterable[str] | None = None) -> Acquired | Held: ...
    def hold(self, now: datetime) -> None: ...
    def save_state(self, state: GroupState, now: datetime) -> None: ...
    def release(self, unfinished: Iterable[str]) -> bool: ...
    def abandon(self, unfinished: Iterable[str]) -> None: ...


def _the_rung(rung: int, channel: Channel, at: datetime) -> Recipients:
    """Whoever the template's parameters name for the rung."""
    return Recipients(rung)


def _nobody(name: str, channel: Channel, at: datetime) -> Recipients:
    """No addresses of people are known."""
    return Recipients(0, ())


def _no_address(case_id: str) -> None:
    """There is no console."""


def _no_limit() -> None:
    """There is time."""


def _no_wait() -> bool:
    """There is no time to wait."""
    return False


def _always(alert: Alert, now: datetime) -> bool:
    return True


def _nothing(alert: Alert, now: datetime) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Notifier:
    """The dependencies of sending.

    ``publish`` sends an alert and returns SNS's message id; AlertRefusedError where it was certainly not sent, another
    exception where that is not known. ``wait_for_email`` returns when an email may be sent. ``recipients_of`` says who
    gets what a rung is alerted of, and ``link_to`` makes the link by which they can act. ``policy``, ``silences`` and
    ``incidents`` return what is in force now. ``allow_sms`` says whether the budget has room for an SMS, and books it;
    ``refund_sms`` takes that back where none was sent. ``is_incident`` says whether an incident covers some of the
    cases that are due; it looks at no others. ``at_once`` requests that change cases are made at the same time.
    ``require_time`` raises OutOfTimeError where too little of the invocation is left to begin anything. ``wait`` pauses
    for ``POLL_SECONDS`` while another notifier holds the lock; False, at once, where there is no time for it.
    ``person_of`` says where a colleague is told of a case, and ``address_of`` where the console shows it.
    """

    store: Conversations
    log: NotifierLog
    lock: Lock
    publish: Callable[[Alert, datetime], str | None]
    wait_for_email: Callable[[], None]
    clock: Callable[[], datetime]
    recipients_of: RecipientsOf = _the_rung
    link_to: LinkTo = no_link
    policy: Callable[[], Policy] = lambda: DEFAULT_POLICY
    silences: Callable[[], tuple[Silence, ...]] = tuple
    allow_sms: Callable[[Alert, datetime], bool] = _always
    refund_sms: Callable[[Alert, datetime], None] = _nothing
    is_incident: Callable[[Sequence[Case]], bool] = lambda cases: False
    incidents: Callable[[], tuple[Incident, ...]] = tuple
    at_once: int = 1
    require_time: Callable[[], None] = _no_limit
    wait: Callable[[], bool] = _no_wait
    person_of: PersonOf = _nobody
    address_of: Callable[[str], str | None] = _no_address


@dataclass(slots=True)
class NotifyResult:
    """The alerts and the notices to colleagues that were sent, and by conversation the error why something was not."""

    alerts: list[Alert] = field(default_factory=list[Alert])
    notices: list[Alert] = field(default_factory=list[Alert])
    failed: dict[str, Exception] = field(default_factory=dict[str, Exception])
