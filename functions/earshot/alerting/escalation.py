"""The escalator's run: whose moment has come, found by index, and what becomes of their case."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from earshot.cases.case.case import Case
from earshot.cases.case.log import LogEntry
from earshot.cases.conversation.conversation import Conversation, Decision
from earshot.cases.policy.policy import DEFAULT_POLICY, Policy

# Entries of a case's log that hand it to the notifier.
_CLIMBED = frozenset({"escalated", "nudged"})


class EscalationStore(Protocol):
    """What the escalator asks of the case table."""

    def due(self, now: datetime) -> Iterable[str]: ...
    def change(self, key: str, decide: Callable[[Conversation], Decision], now: datetime) -> Conversation: ...


@dataclass(slots=True)
class Escalated:
    """What one run did: the threads it looked at, those whose ladder moved, what it logged, and those it failed on."""

    looked_at: int = 0
    climbed: list[str] = field(default_factory=list)
    logged: Counter[str] = field(default_factory=Counter)
    failed: list[tuple[str, Exception]] = field(default_factory=list)


def escalate(store: EscalationStore, now: datetime, policy: Policy = DEFAULT_POLICY) -> Escalated:
    """Do what is due with every case. The table's stream hands the changes to the notifier: nothing is sent here."""
    done = Escalated()
    for key in store.due(now):
        done.looked_at += 1
        try:
            happened = {entry.what for entry in _wake(store, key, now, policy)}
        except Exception as error:  # noqa: BLE001 - one case must not keep the others waiting; the caller reports it
            done.failed.append((key, error))
            continue
        done.logged.update(happened)
        if happened & _CLIMBED:
            done.climbed.append(key)
    return done


def _wake(store: EscalationStore, key: str, now: datetime, policy: Policy) -> tuple[LogEntry, ...]:
    written: tuple[LogEntry, ...] = ()

    def decide(thread: Conversation) -> Decision:
        nonlocal written
        woken = _woken(thread.case, now, policy)
        written = () if woken is None else woken[1]
        return None if woken is None else (replace(thread, case=woken[0]), written)

    store.change(key, decide, now)
    return written


def _woken(case: Case | None, now: datetime, policy: Policy) -> tuple[Case, tuple[LogEntry, ...]] | None:
    return None if case is None else case.wake(now, policy.ladder_for(case.assessment.severity))
