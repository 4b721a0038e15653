"""Grouping: which due alerts become one message, and when that message is sent.

The rules are those of Alertmanager's group_wait and group_interval, with one more for text messages:

- A group is the alerts of one brand, topic and severity for one rung on one channel. An incident is its own group.
- A critical alert and an incident wait for nothing.
- The first alert of a group waits ``Grouping.wait`` for others; that of a later step has waited with its case.
- After a message, the next one of the group is sent no earlier than ``Grouping.interval`` later.
- Where ``CROWD`` cases of a group or more are due, they wait no longer than ``CROWD_WAIT`` after the last message. One
  message counts them all, so that everybody is told within two minutes.
- An email is about one group. An SMS is about all groups that are ready for its rung, and the rung gets no other SMS
  within ``Grouping.texts``, unless it is about an incident or critical.

Nothing is decided from memory: due alerts come from the stored cases, and ``GroupState`` from what was sent. If the
state is lost, alerts are sent too early, never too late.
"""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from earshot.alerting.alert import Channel
from earshot.cases.case.case import Case
from earshot.cases.policy.policy import Grouping
from earshot.triage.judgement import Severity

_NO_WAIT = timedelta(0)
# Longer than any interval that a policy may set: an older message changes nothing.
_REMEMBERED = timedelta(hours=2)
# So many cases of one group are no trickle: their message is sent soon.
CROWD = 50
CROWD_WAIT = timedelta(seconds=20)
# So many of a crowd wake the others, which need not be written for the seconds that they wait.
_WAKE_ALL = 3
# More of a group come by themselves, two minutes after they fell due. All of them are one item of at most 400 KB.
_MOST_PENDING = 5_000
# How far the clocks of two functions may differ. A time that is further ahead was written before a clock was set back.
CLOCK_TOLERANCE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class DueAlert:
    """An alert that is due: that of ``step`` of the case in the conversation ``key``, on one channel.

    ``is_sms_withheld`` is True where the SMS budget did not allow the SMS of the same step. ``attempts`` is how many
    attempts to send it were not confirmed, and may have arrived.
    """

    key: str
    case: Case
    step: int
    channel: Channel
    is_sms_withheld: bool = False
    attempts: int = 0

    @property
    def rung(self) -> int:
        """The rung that the step alerts."""
        return self.case.ladder.steps[self.step - 1].rung

    @property
    def group_key(self) -> str:
        """The group that it belongs to."""
        cause = self.case.id if self.case.incident else f"{self.case.topic}#{self.case.assessment.severity}"
        return f"{self.case.brand}#{cause}#{self.rung}#{self.channel}"

    @property
    def sms_key(self) -> str:
        """The key under which ``GroupState`` keeps the time of the rung's last SMS."""
        return f"{self.rung}#{Channel.SMS}"


@dataclass(frozen=True, slots=True)
class PendingGroup:
    """A group whose message is sent at ``ready_at``, and the conversations that it will be about."""

    ready_at: datetime
    keys: tuple[str, ...]

    @property
    def marked(self) -> tuple[str, ...]:
        """The conversations in which it is written that they wait: all of them, and of a crowd the first few."""
        return self.keys[:_WAKE_ALL] if len(self.keys) >= CROWD else self.keys


@dataclass(frozen=True, slots=True)
class GroupState:
    """When each group, and each rung by SMS, was last sent a message, by ``group_key`` and ``sms_key``.

    ``pending`` are the groups that wait. Their cases need not be read before they are ready.
    """

    sent_at: Mapping[str, datetime] = field(default_factory=dict[str, datetime])
    pending: Mapping[str, PendingGroup] = field(default_factory=dict[str, PendingGroup])

    def with_message(self, message: "GroupedMessage", at: datetime) -> "GroupState":
        """The state after a message was sent at ``at``. Times that no rule needs any more are dropped."""
        recent = {key: then for key, then in self.sent_at.items() if at - then < _REMEMBERED}
        return replace(self, sent_at=recent | dict.fromkeys(message.state_keys, at))

    def as_of(self, now: datetime) -> "GroupState":
        """The state without messages of the future, after which nobody would be told before the clock catches up."""
        known = {key: then for key, then in self.sent_at.items() if then <= now + CLOCK_TOLERANCE}
        return self if len(known) == len(self.sent_at) else replace(self, sent_at=known)

    def ready_keys(self, now: datetime) -> frozenset[str]:
        """The conversations of the groups that are ready."""
        return frozenset(key for group in self.pending.values() if group.ready_at <= now for key in group.keys)


@dataclass(frozen=True, slots=True)
class GroupedMessage:
    """One message to one rung on one channel, the most urgent case first.

    ``since`` is when the group's last message was sent; None where this is the first, or it is about several groups.
    """

    alerts: tuple[DueAlert, ...]
    since: datetime | None = None

    @property
    def rung(self) -> int:
        """The rung that it is for."""
        return self.alerts[0].rung

    @property
    def channel(self) -> Channel:
        """The channel on which it is sent."""
        return self.alerts[0].channel

    @property
    def state_keys(self) -> set[str]:
        """The keys of ``GroupState.sent_at`` that it sets."""
        groups = {alert.group_key for alert in self.alerts}
        return groups | {self.alerts[0].sms_key} if self.channel is Channel.SMS else groups


def plan_messages(
    alerts: Iterable[DueAlert],
    state: GroupState,
    grouping: Grouping,
    now: datetime,
    read: Set[str] | None = None,
) -> tuple[tuple[GroupedMessage, ...], dict[str, PendingGroup]]:
    """The messages to send now, text messages first, and the groups that wait.

    ``alerts`` are all that are due in the conversations ``read``: those of ready groups, and those that were enqueued
    since. Where one that waits and is ready was not, its group has become ready while others were read, or a crowd: it
    is to be read first. None: all.
    """
    state = state.as_of(now)
    groups: dict[str, list[DueAlert]] = {}
    for alert in alerts:
        groups.setdefault(alert.group_key, []).append(alert)
    texts: dict[tuple[str, bool], list[DueAlert]] = {}
    emails: list[GroupedMessage] = []
    pending = {
        key: group
        for key, group in state.pending.items()
        if group.ready_at > now or (read is not None and not read >= set(group.keys))
    }
    for group_key, members in groups.items():
        waiting = pending[group_key].keys if group_key in pending else ()
        keys = tuple(dict.fromkeys((*waiting, *(alert.key for alert in _by_urgency(members)))))
        first, ready_at = members[0], _ready_at(members, len(keys) >= CROWD, state, grouping, now)
        if ready_at > now or (read is not None and not read >= set(waiting)):
            pending[group_key] = PendingGroup(max(ready_at, now), keys[:_MOST_PENDING])
            continue
        pending.pop(group_key, None)
        if first.channel is Channel.SMS:
            texts.setdefault((first.sms_key, first.case.incident is not None), []).extend(members)
        else:
            emails.append(GroupedMessage(_by_urgency(members), state.sent_at.get(group_key)))
    messages = [GroupedMessage(_by_urgency(members), _since(members, state)) for members in texts.values()] + emails
    return tuple(sorted(messages, key=_sending_order)), pending


def waiting_until(pending: Mapping[str, PendingGroup]) -> dict[str, datetime]:
    """For each conversation that is to be marked as waiting, when the first of its groups is ready."""
    until: dict[str, datetime] = {}
    for group in pending.values():
        until |= {key: min(group.ready_at, until.get(key, group.ready_at)) for key in group.marked}
    return until


def _ready_at(
    members: list[DueAlert], is_crowd: bool, state: GroupState, grouping: Grouping, now: datetime
) -> datetime:
    """When the group's message may be sent. What falls due until then is part of it."""
    first = members[0]
    # What is due has fallen due by now, whatever the time of that was by a clock that has been set back since.
    if first.case.incident is not None or first.case.assessment.severity is Severity.CRITICAL:
        return min(now, *(alert.case.ladder.step_at(alert.step) for alert in members))
    waits = (
        min(now, alert.case.ladder.step_at(alert.step))
        + (grouping.wait if alert.step == 1 and not is_crowd else _NO_WAIT)
        for alert in members
    )
    ready_at = min(waits)
    if first.group_key in state.pending:
        # The group's first alert has waited already.
        ready_at = min(ready_at, state.pending[first.group_key].ready_at)
    if (previous := state.sent_at.get(first.group_key)) is not None:
        ready_at = max(ready_at, previous + (min(CROWD_WAIT, grouping.interval) if is_crowd else grouping.interval))
    if first.channel is Channel.SMS and (previous := state.sent_at.get(first.sms_key)) is not None:
        ready_at = max(ready_at, previous + (min(CROWD_WAIT, grouping.texts) if is_crowd else grouping.texts))
    return ready_at


def _since(members: list[DueAlert], state: GroupState) -> datetime | None:
    groups = {alert.group_key for alert in members}
    return state.sent_at.get(groups.pop()) if len(groups) == 1 else None


def _by_urgency(members: list[DueAlert]) -> tuple[DueAlert, ...]:
    """The most urgent first. After a failure several steps of one case can be due: the latest comes first."""

    def order(alert: DueAlert) -> tuple[int, datetime, str, int]:
        return -alert.case.assessment.urgency, alert.case.posts.headline.at, alert.key, -alert.step

    return tuple(sorted(members, key=order))


def _sending_order(message: GroupedMessage) -> tuple[bool, int, int]:
    return message.channel is not Channel.SMS, -message.alerts[0].case.assessment.urgency, message.rung
