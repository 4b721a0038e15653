"""Climbing the ladder: whose clock has run out, found by index, and what becomes of their case."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from earshot.cases.thread import Decision, Thread


class Store(Protocol):
    """What the escalator asks of the case table."""

    def due(self, now: datetime) -> Iterable[str]: ...
    def change(self, key: str, decide: Callable[[Thread], Decision], now: datetime) -> Thread: ...


@dataclass(slots=True)
class Escalated:
    """What one run did: the threads it looked at, those whose ladder moved, and those it failed on."""

    looked_at: int = 0
    climbed: list[str] = field(default_factory=list)
    failed: list[tuple[str, Exception]] = field(default_factory=list)


def escalate(store: Store, now: datetime) -> Escalated:
    """Take every due ladder one step up. The table's stream hands the change to the notifier: nothing is sent here."""
    done = Escalated()
    for key in store.due(now):
        done.looked_at += 1
        try:
            before = store.change(key, lambda thread: _climb(thread, now), now)
        except Exception as error:  # noqa: BLE001 - one case must not keep the others waiting; the caller reports it
            done.failed.append((key, error))
            continue
        if before.case is not None and before.case.stepped_at == now:
            done.climbed.append(key)
    return done


def _climb(thread: Thread, now: datetime) -> Decision:
    return thread.after(thread.case.climb(now)) if thread.case is not None else None
