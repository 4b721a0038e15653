"""Escalation: once a minute, each case whose next moment has come takes the next step of its ladder.

Such a moment is a step of the ladder, an acknowledgement that expires, a target that is missed, or an alert that was
due and was not sent (``Case.wake``). Nothing is sent here: the table's stream hands the changed cases to the notifier.

Where thousands are due at once, the most urgent come first. What there is no time for is still due a minute later.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Protocol

from earshot.aws.parallel import never
from earshot.cases.alert_state.alert_state import is_untold
from earshot.cases.case.log import LogEntry
from earshot.cases.conversation.change_many import READ_TOGETHER, Conversations, change_many
from earshot.cases.conversation.conversation import Conversation, Decision
from earshot.cases.policy.policy import DEFAULT_POLICY, Policy

# The log entries that make an alert due.
_ESCALATED = frozenset({"escalated", "nudged"})
# More than two minutes of work. Of what is due beyond that only the longest overdue are put in order.
MOST_DUE = 20_000


class EscalationStore(Conversations, Protocol):
    """The cases. ``due`` returns the keys of the conversations whose moment has come, from an index, the longest
    overdue first.
    """

    def due(self, now: datetime) -> Iterable[str]: ...


@dataclass(slots=True)
class EscalationResult:
    """One run: how many conversations were looked at, the keys of those whose ladder moved on, how often each kind of
    log entry was written, and the errors with their keys. Nobody could be told in time of the ``untold``. ``left`` are
    due, and there was no time for them. ``unordered`` is why the most urgent could not be taken first.
    """

    looked_at: int = 0
    climbed: list[str] = field(default_factory=list[str])
    logged: Counter[str] = field(default_factory=Counter[str])
    failed: list[tuple[str, Exception]] = field(default_factory=list[tuple[str, Exception]])
    untold: list[str] = field(default_factory=list[str])
    left: int = 0
    unordered: Exception | None = None


@dataclass(frozen=True, slots=True)
class _Woken:
    """What was logged of a case, and whether nobody had been told of it when it woke."""

    entries: tuple[LogEntry, ...] = ()
    was_untold: bool = False


def escalate(
    store: EscalationStore,
    now: datetime,
    policy: Policy = DEFAULT_POLICY,
    *,
    urgencies: Callable[[Sequence[str]], Mapping[str, int]] = lambda keys: {},
    at_once: int = 1,
    is_over: Callable[[], bool] = never,
) -> EscalationResult:
    """Do what is due for every case, ``at_once`` at the same time, until ``is_over``.

    ``urgencies`` reads how urgent cases are, 0 to 100, as far as it can: the most urgent come first. Where it fails the
    longest overdue do. An error of one case is kept in the result and delays no other.
    """
    result = EscalationResult()
    keys = list(islice(store.due(now), MOST_DUE))
    if len(keys) > READ_TOGETHER:
        _put_in_order(keys, urgencies, result)
    woken: dict[str, _Woken] = {}

    def wake(key: str, conversation: Conversation) -> Decision:
        case = conversation.case
        happened = None if case is None else case.wake(now, policy.ladder_for(case.assessment.severity))
        if case is None or happened is None:
            woken[key] = _Woken()
            return None
        woken[key] = _Woken(happened[1], is_untold(case, now))
        return replace(conversation, case=happened[0]), happened[1]

    for key, error in change_many(store, keys, wake, now, at_once=at_once, is_over=is_over):
        _note(result, key, woken.get(key, _Woken()) if error is None else error)
    result.left = len(keys) - result.looked_at
    return result


def _put_in_order(
    keys: list[str], urgencies: Callable[[Sequence[str]], Mapping[str, int]], result: EscalationResult
) -> None:
    try:
        known = urgencies(keys)
    except Exception as error:  # noqa: BLE001 - an order that is not known must not keep the cases waiting
        result.unordered = error
        return
    # Those that are as urgent stay in their order. One that could not be read may be urgent.
    keys.sort(key=lambda key: -known.get(key, 100))


def _note(result: EscalationResult, key: str, woken: _Woken | Exception) -> None:
    result.looked_at += 1
    if isinstance(woken, Exception):
        result.failed.append((key, woken))
        return
    if woken.was_untold:
        result.untold.append(key)
    logged = {entry.what for entry in woken.entries}
    result.logged.update(logged)
    if logged & _ESCALATED:
        result.climbed.append(key)
