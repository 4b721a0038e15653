"""Escalation: once a minute, each case whose next moment has come takes the next step of its ladder.

Such a moment is a step of the ladder, an acknowledgement that expires, a target that is missed, or an alert that was
due and was not sent (``Case.wake``). Nothing is sent here: the table's stream hands the changed cases to the notifier.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from earshot.cases.case.log import LogEntry
from earshot.cases.conversation.conversation import Conversation, Decision
from earshot.cases.policy.policy import DEFAULT_POLICY, Policy

# The log entries that make an alert due.
_ESCALATED = frozenset({"escalated", "nudged"})


class EscalationStore(Protocol):
    """The cases. ``due`` returns the keys of the conversations whose moment has come, from an index."""

    def due(self, now: datetime) -> Iterable[str]: ...
    def change(self, key: str, decide: Callable[[Conversation], Decision], now: datetime) -> Conversation: ...


@dataclass(slots=True)
class EscalationResult:
    """One run: how many conversations were looked at, the keys of those whose ladder moved on, how often each kind of
    log entry was written, and the errors with their keys.
    """

    looked_at: int = 0
    climbed: list[str] = field(default_factory=list[str])
    logged: Counter[str] = field(default_factory=Counter[str])
    failed: list[tuple[str, Exception]] = field(default_factory=list[tuple[str, Exception]])


def escalate(store: EscalationStore, now: datetime, policy: Policy = DEFAULT_POLICY) -> EscalationResult:
    """Do what is due for every case. An error of one case is kept in the result and delays no other."""
    result = EscalationResult()
    for key in store.due(now):
        result.looked_at += 1
        try:
            logged = {entry.what for entry in _wake(store, key, now, policy)}
        except Exception as error:  # noqa: BLE001 - one case must not delay the others; the caller reports it
            result.failed.append((key, error))
            continue
        result.logged.update(logged)
        if logged & _ESCALATED:
            result.climbed.append(key)
    return result


def _wake(store: EscalationStore, key: str, now: datetime, policy: Policy) -> tuple[LogEntry, ...]:
    """Do what is due for one case; returns the log entries of that."""
    entries: tuple[LogEntry, ...] = ()

    def decide(conversation: Conversation) -> Decision:
        nonlocal entries
        case = conversation.case
        woken = None if case is None else case.wake(now, policy.ladder_for(case.assessment.severity))
        entries = () if woken is None else woken[1]
        return None if woken is None else (replace(conversation, case=woken[0]), entries)

    store.change(key, decide, now)
    return entries
