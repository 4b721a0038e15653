"""Runs a source once: under a lease it is read, what is new is queued, and only then the checkpoint moves.

If the queue or the table fails, the run ends with that error and the checkpoint stays: the next run reads the same
again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from earshot.mentions.ledger.heartbeat import suspected_since
from earshot.mentions.ledger.hour import LATE_AFTER, UNREADABLE, Entry, Ledger, LedgerHour, merged
from earshot.mentions.mention import Mention
from earshot.mentions.source_state import SourceState
from earshot.mentions.sources.contract import CheckpointT, Delivery, Source, SourceReader, SourceT

if TYPE_CHECKING:
    from earshot.mentions.queue import DeadLetterQueue, MentionQueue

CheckpointT_co = TypeVar("CheckpointT_co", covariant=True)
# Longer than the timeout of a function that reads X. A run that crashed blocks its source for this time.
LEASE_DURATION = timedelta(minutes=2)


class Leased(Protocol[CheckpointT_co]):
    """A source under lease: its checkpoint, and its state and ledger, which are None before the first run."""

    @property
    def checkpoint(self) -> CheckpointT_co: ...
    @property
    def state(self) -> SourceState | None: ...
    @property
    def ledger(self) -> Ledger | None: ...


class LeaseTable(Protocol[CheckpointT]):
    """What is asked of the source table."""

    def acquire(self, source: str, owner: str, now: datetime, lease: timedelta) -> Leased[CheckpointT] | None: ...
    def save(
        self,
        source: str,
        owner: str,
        checkpoint: CheckpointT,
        state: SourceState,
        ledger: Ledger,
        over: LedgerHour | None,
    ) -> None: ...
    def release(self, source: str, owner: str) -> None: ...
    def hours_of(self, source: str, day: date) -> Sequence[LedgerHour]: ...


@dataclass(frozen=True, slots=True)
class FetchOutcome:
    """The result of a run. ``state`` is None if another run has the lease; ``skipped``: the network was not called.

    ``queued`` counts the posts that went to the queue: those that no other source of the same run had queued.
    """

    source: Source
    state: SourceState | None
    posts_read: int = 0
    queued: int = 0
    rejected: int = 0
    not_kept: Mapping[str, int] = field(default_factory=dict[str, int])
    cost: int = 0
    skipped: bool = False


class SourceRunner(Generic[SourceT, CheckpointT]):
    """Runs the sources of one network, one run each."""

    def __init__(
        self,
        reader: SourceReader[SourceT, CheckpointT],
        queue: "MentionQueue",
        dead_letters: "DeadLetterQueue",
        table: LeaseTable[CheckpointT],
        lease: timedelta = LEASE_DURATION,
    ) -> None:
        """``lease`` is longer than the function's timeout."""
        self._reader = reader
        self._queue = queue
        self._dead_letters = dead_letters
        self._table = table
        self._lease = lease
        # What another source of this run brought already: a post that names a handle and a search term is in two.
        self._queued: dict[str, bool] = {}  # by version: whether it was queued as history

    def fetch(self, source: SourceT, owner: str, now: datetime) -> FetchOutcome:
        """Run a source once, with a lease for ``owner``. ConflictError if another run has taken over the lease."""
        lease = self._table.acquire(source.key, owner, now, self._lease)
        if lease is None:
            return FetchOutcome(source, None, skipped=True)
        try:
            if lease.state and lease.state.is_waiting(now):
                self._table.release(source.key, owner)
                return FetchOutcome(source, lease.state, skipped=True)
            brought = self._reader.read(source, lease.checkpoint, lease.state, now)
            new = [mention for mention in brought.mentions if not self._is_queued(mention)]
            queued = self._queue.send(sorted(new, key=_age_order))
            self._queued |= {_version(mention): mention.baseline for mention in new}
            for rejected in brought.rejected:
                self._dead_letters.dead_letter(rejected.body, rejected.reason, "MentionError")
            done = _entry(brought, lease.state, queued, now)
            kept = lease.ledger or Ledger.begun(now)
            ledger, over = kept.noted(done, now, _read_to(brought, now), brought.waiting)
            state = brought.state
            # Of a source that fails it is known why nothing comes.
            if state.status.is_success and state.suspected_since is None:
                suspected = self._suspected(source, lease.state, ledger, over, now)
                state = replace(state, suspected_since=suspected)
            self._table.save(source.key, owner, brought.checkpoint, state, ledger, over)
        except BaseException:
            self._table.release(source.key, owner)
            raise
        return FetchOutcome(
            source,
            state,
            brought.posts_read,
            queued,
            len(brought.rejected),
            brought.not_kept,
            brought.cost,
        )

    def _suspected(
        self, source: Source, before: SourceState | None, ledger: Ledger, over: LedgerHour | None, now: datetime
    ) -> datetime | None:
        """Since when its silence is unusual. It is compared with the past when an hour is over, and not in each run."""
        if ledger.heard_at is None or ledger.heard_at == now:
            return None
        if over is None:
            return before and before.suspected_since
        return suspected_since(ledger.heard_at, now, partial(self._table.hours_of, source.key))

    def _is_queued(self, mention: Mention) -> bool:
        """Whether another source of this run has queued the post. History does not stand for news: news alerts."""
        as_history = self._queued.get(_version(mention))
        return as_history is not None and (mention.baseline or not as_history)


def _entry(brought: Delivery[CheckpointT], before: SourceState | None, queued: int, now: datetime) -> Entry:
    """What a run goes into the ledger as."""
    state = brought.state
    is_new = state.gap is not None and (before is None or state.gap != before.gap)
    found = (*brought.missed, state.gap) if state.gap is not None and is_new else brought.missed
    unreadable = {UNREADABLE: len(brought.rejected)} if brought.rejected else {}
    history = sum(mention.baseline for mention in brought.mentions)
    return Entry(
        runs=1,
        failed={} if state.status.is_success else {str(state.status): 1},
        capped=int(brought.capped),
        read=brought.posts_read,
        delivered=len(brought.mentions),
        history=history,
        late=sum(not one.baseline and now - one.asked_at >= LATE_AFTER for one in brought.mentions),
        shared=len(brought.mentions) - queued,
        skipped={**brought.not_kept, **unreadable},
        cost=brought.cost,
        looked_up=brought.looked_up,
        missed=merged(found),
    )


def _read_to(brought: Delivery[CheckpointT], now: datetime) -> datetime | None:
    if brought.read_to is not None or brought.capped:
        return brought.read_to
    return now if brought.state.status.is_success else None


def _version(mention: Mention) -> str:
    return mention.key_of(mention.version_id)


def _age_order(mention: Mention) -> tuple[Any, ...]:
    """Oldest first; ids are numbers of different lengths on X, which rise with time."""
    return mention.created_at, len(mention.id), mention.id
