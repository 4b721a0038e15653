"""Which alerts that are due become one message, and when it goes out.

A *group* is what one brand's cases of one topic and one severity have to tell one rung on one channel. Its first alert
waits ``wait`` for others (a critical one not at all); what comes after a message waits until ``interval`` has passed
since that message. An incident is a group of its own, and waits for nothing. Mail is one message for each group. An SMS
tells all groups that are ready for its rung, and none follows within ``texts``; only an incident does.

Nothing is decided from memory: what is due comes from the cases, and ``GroupState`` from what was logged as sent.
Whoever forgets it alerts early, never too late.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from earshot.alerting.alert import Channel
from earshot.cases.case.case import Case
from earshot.cases.policy.policy import Grouping
from earshot.triage.judgement import Severity

_AT_ONCE = timedelta(0)


@dataclass(frozen=True, slots=True)
class DueAlert:
    """One alert that has fallen due: that of a ``step`` of the case of the thread ``key``, on one channel.

    ``is_texted`` is False where the SMS of the same step was held back for want of money.
    """

    key: str
    case: Case
    step: int
    channel: Channel
    is_texted: bool = True

    @property
    def rung(self) -> int:
        """Whom the step is for."""
        return self.case.ladder.steps[self.step - 1].rung

    @property
    def group(self) -> str:
        """What it is told together with."""
        cause = self.case.id if self.case.incident else f"{self.case.topic}#{self.case.assessment.severity}"
        return f"{self.case.brand}#{cause}#{self.rung}#{self.channel}"

    @property
    def texting(self) -> str:
        """Whose telephone it goes to."""
        return f"{self.rung}#{Channel.SMS}"


@dataclass(frozen=True, slots=True)
class PendingGroup:
    """A group whose message goes out at ``ready_at``, and the threads that it is to tell of."""

    ready_at: datetime
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GroupState:
    """When each group last had a message, and each rung its last SMS, by the names that ``DueAlert`` has for them.

    ``pending`` are the groups that wait: their cases need not be looked at before they are ready.
    """

    at: Mapping[str, datetime] = field(default_factory=dict)
    pending: Mapping[str, PendingGroup] = field(default_factory=dict)

    def with_message(self, bundle: "GroupedMessage", at: datetime) -> "GroupState":
        """After a message. What no rule asks for any more is forgotten."""
        recent = {name: then for name, then in self.at.items() if at - then < timedelta(hours=2)}
        return replace(self, at=recent | dict.fromkeys(bundle.names, at))

    def ready(self, now: datetime) -> frozenset[str]:
        """The threads of the groups whose time has come."""
        return frozenset(key for group in self.pending.values() if group.ready_at <= now for key in group.keys)


@dataclass(frozen=True, slots=True)
class GroupedMessage:
    """One message: all that it tells one rung on one channel, the most urgent case first, of one group or of several.

    ``since`` is when the group was last told of, None where the message is the first, or is about several groups.
    """

    dues: tuple[DueAlert, ...]
    since: datetime | None = None

    @property
    def rung(self) -> int:
        """Whom it is for."""
        return self.dues[0].rung

    @property
    def channel(self) -> Channel:
        """How it travels."""
        return self.dues[0].channel

    @property
    def names(self) -> set[str]:
        """What ``GroupState`` remembers it by."""
        groups = {due.group for due in self.dues}
        return groups | {self.dues[0].texting} if self.channel is Channel.SMS else groups


def plan_messages(
    dues: Iterable[DueAlert], told: GroupState, grouping: Grouping, now: datetime
) -> tuple[tuple[GroupedMessage, ...], dict[str, PendingGroup]]:
    """The messages to send now, what wakes somebody first; and the groups that wait, old and new ones.

    ``dues`` are all that is due of the threads of groups that are ready, and of those that have come since.
    """
    groups: dict[str, list[DueAlert]] = {}
    for due in dues:
        groups.setdefault(due.group, []).append(due)
    texts: dict[tuple[str, bool], list[DueAlert]] = {}
    mails: list[GroupedMessage] = []
    pending = {name: group for name, group in told.pending.items() if group.ready_at > now}
    for name, members in groups.items():
        ready_at = _ready_at(members, told, grouping)
        if ready_at > now:
            others = pending[name].keys if name in pending else ()
            pending[name] = PendingGroup(ready_at, tuple(sorted({*others, *(due.key for due in members)})))
        elif members[0].channel is Channel.SMS:
            texts.setdefault((members[0].texting, members[0].case.incident is not None), []).extend(members)
        else:
            mails.append(GroupedMessage(_by_urgency(members), told.at.get(name)))
    bundles = [GroupedMessage(_by_urgency(members), _since(members, told)) for members in texts.values()] + mails
    return tuple(sorted(bundles, key=_order)), pending


def waiting_until(pending: Mapping[str, PendingGroup]) -> dict[str, datetime]:
    """Until when each thread waits: for the first of its groups that is ready."""
    held: dict[str, datetime] = {}
    for group in pending.values():
        held |= {key: min(group.ready_at, held.get(key, group.ready_at)) for key in group.keys}
    return held


def _ready_at(members: list[DueAlert], told: GroupState, grouping: Grouping) -> datetime:
    """When the message about a group may go out. What fell due before it did, goes with it."""
    first = members[0]
    due_at = min(due.case.ladder.step_at(due.step) for due in members)
    if first.case.incident is not None:
        return due_at
    can_wait = first.case.assessment.severity is not Severity.CRITICAL
    ready_at = due_at + (grouping.wait if can_wait else _AT_ONCE)
    if first.group in told.pending:
        # The first of them has waited already.
        ready_at = min(ready_at, told.pending[first.group].ready_at)
    if (before := told.at.get(first.group)) is not None:
        ready_at = max(ready_at, before + grouping.interval)
    if first.channel is Channel.SMS and (before := told.at.get(first.texting)) is not None:
        ready_at = max(ready_at, before + grouping.texts)
    return ready_at


def _since(members: list[DueAlert], told: GroupState) -> datetime | None:
    groups = {due.group for due in members}
    return told.at.get(groups.pop()) if len(groups) == 1 else None


def _by_urgency(members: list[DueAlert]) -> tuple[DueAlert, ...]:
    """The most urgent first. Of one case several steps can be due, after a failure: the latest speaks."""

    def order(due: DueAlert) -> tuple[int, datetime, str, int]:
        return -due.case.assessment.urgency, due.case.headline.at, due.key, -due.step

    return tuple(sorted(members, key=order))


def _order(bundle: GroupedMessage) -> tuple[bool, int, int]:
    return bundle.channel is not Channel.SMS, -bundle.dues[0].case.assessment.urgency, bundle.rung
