"""The lock and the queue of the notifiers in memory, with the promises of the real one."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from earshot.alerting.grouping import GroupState
from earshot.alerting.notifier import Lock
from earshot.alerting.notifier_lock import LEASE, Acquired, Held, LockLostError


@dataclass
class MemoryLock:
    """The notifiers' lock and queue, as the owner ``me`` sees it; ``of`` is another owner's view of the same one.

    A ``Killed`` notifier leaves behind what it had taken, and holds the lock until its lease ends.
    """

    queued: set[str] = field(default_factory=set)
    state: GroupState = field(default_factory=GroupState)
    lease_until: datetime | None = None
    taken: frozenset[str] = frozenset()
    owner: str = ""
    me: str = "me"

    def enqueue(self, keys: Iterable[str]) -> None:
        self.queued |= set(keys)

    def acquire(self, now: datetime, unfinished: Iterable[str] | None = None) -> Acquired | Held:
        if self.lease_until is not None and now < self.lease_until and self.owner != self.me:
            return Held(f"{self.owner}{self.lease_until}", frozenset(self.queued))
        was_ours = unfinished is not None and self.owner == self.me
        keys = frozenset(self.queued) | frozenset(unfinished or ()) | (frozenset() if was_ours else self.taken)
        self.owner, self.lease_until, self.taken, self.queued = self.me, now + LEASE, keys, set()
        return Acquired(keys, self.state)

    def hold(self, now: datetime) -> None:
        if self.owner != self.me:
            raise LockLostError("lost")
        self.lease_until = now + LEASE

    def save_state(self, state: GroupState, now: datetime) -> None:
        if self.owner == self.me:
            self.state, self.lease_until = state, now + LEASE

    def release(self, unfinished: Iterable[str]) -> bool:
        if self.queued or self.owner != self.me:
            return False
        self.abandon(unfinished)
        return True

    def abandon(self, unfinished: Iterable[str]) -> None:
        self.queued |= set(unfinished)
        if self.owner == self.me:
            self.owner, self.lease_until, self.taken = "", None, frozenset()

    def of(self, owner: str) -> "Lock":
        """Another notifier's view of this lock."""
        return OwnersLock(self, owner)


@dataclass
class OwnersLock:
    """The lock as one of several notifiers sees it."""

    lock: MemoryLock
    owner: str

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def as_owner(*arguments: Any) -> Any:
            self.lock.me = self.owner
            return getattr(self.lock, name)(*arguments)

        return as_owner
