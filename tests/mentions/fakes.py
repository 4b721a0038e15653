"""Fakes of the queues and the source table that tests can assert on, and a factory for posts."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from earshot.errors import ConflictError
from earshot.mentions.checkpoint import Checkpoint
from earshot.mentions.checkpoint_codec import checkpoint_record, read_checkpoint
from earshot.mentions.ledger.codec import entry_record, ledger_record, read_entry, read_ledger
from earshot.mentions.ledger.coverage import Kept
from earshot.mentions.ledger.hour import Entry, Ledger, LedgerHour, hour_of
from earshot.mentions.mention import Author, Mention
from earshot.mentions.queue import QueueError
from earshot.mentions.source_state import SourceState
from earshot.mentions.source_table import LeasedSource
from earshot.mentions.sources.contract import CheckpointCodec
from infra.local.x.posts import XPost
from tests.fakes import START

NIMBUS = Author("9000", "NimbusAir", "Nimbus Air", 120_000, True)
X_CHECKPOINTS = CheckpointCodec(Checkpoint(), checkpoint_record, read_checkpoint)
JANE = Author("42", "jane", "Jane Doe", 310)


def post(number: int, text: str = "@NimbusAir hello?", *, minutes: float = 0, **more: Any) -> XPost:
    """A post ``minutes`` after START (negative: before)."""
    defaults: dict[str, Any] = {"author": JANE, "lang": "en", "created_at": START + timedelta(minutes=minutes)}
    return XPost(id=str(1_000_000 + number), text=text, **(defaults | more))


@dataclass
class MemoryQueue:
    """Accepts mentions unless ``refuses`` is set."""

    mentions: list[Mention] = field(default_factory=list)
    refuses: bool = False

    def send(self, mentions: Iterable[Mention]) -> int:
        sent = list(mentions)
        if self.refuses and sent:
            raise QueueError("The mention queue refused.")
        self.mentions += sent
        return len(sent)

    @property
    def ids(self) -> list[str]:
        return [mention.id for mention in self.mentions]


@dataclass
class MemoryDeadLetterQueue:
    letters: list[tuple[str, str, str]] = field(default_factory=list)

    def dead_letter(self, body: str, reason: str, error: str) -> None:
        self.letters.append((body, reason, error))


@dataclass
class MemorySourceTable:
    """The source table in dictionaries; checkpoints and states go through their stored form."""

    codec: CheckpointCodec[Any] = X_CHECKPOINTS
    leases: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    checkpoints: dict[str, dict[str, Any]] = field(default_factory=dict)
    state_of: dict[str, SourceState] = field(default_factory=dict)
    spending: dict[tuple[str, str], int] = field(default_factory=dict)
    ledgers: dict[str, Ledger] = field(default_factory=dict)
    hours: dict[tuple[str, datetime], LedgerHour] = field(default_factory=dict)
    backfills: list[tuple[str, LedgerHour]] = field(default_factory=list)

    def acquire(self, source: str, owner: str, now: datetime, lease: timedelta) -> LeasedSource[Any] | None:
        if source in self.leases and self.leases[source][1] > now:
            return None
        self.leases[source] = (owner, now + lease)
        return LeasedSource(self.checkpoint(source), self.state_of.get(source), self.ledgers.get(source))

    def checkpoint(self, source: str) -> Any:
        stored = self.checkpoints.get(source)
        return self.codec.empty if stored is None else self.codec.from_record(json.loads(json.dumps(stored)))

    def save(
        self,
        source: str,
        owner: str,
        checkpoint: Any,
        state: SourceState,
        ledger: Ledger | None = None,
        over: LedgerHour | None = None,
    ) -> None:
        if over is not None:
            self.write_hour(source, over)
        if self.leases.get(source, ("",))[0] != owner:
            raise ConflictError(f"The lease on {source} was lost.")
        self.checkpoints[source] = dict(self.codec.to_record(checkpoint))
        self.state_of[source] = SourceState.from_record(state.to_record())
        if ledger is not None:
            self.ledgers[source] = read_ledger(json.loads(json.dumps(ledger_record(ledger))))
        del self.leases[source]

    def write_hour(self, source: str, hour: LedgerHour) -> None:
        entry = read_entry(json.loads(json.dumps(entry_record(hour.entry))))
        self.hours[source, hour.hour] = LedgerHour(hour.hour, entry)

    def hours_of(self, source: str, day: date) -> list[LedgerHour]:
        return [hour for (of, at), hour in self.hours.items() if of == source and at.date() == day]

    def kept(self, source: str) -> Kept:
        hours = tuple(hour for (of, _), hour in self.hours.items() if of == source)
        backfills = tuple(hour for of, hour in self.backfills if of == source)
        return Kept(self.ledgers.get(source), hours, backfills)

    def read(self, sources: Iterable[str], start: datetime, end: datetime) -> dict[str, Kept]:
        """As ``LedgerTable``."""
        return {source: self.kept(source) for source in sources}

    def add_backfill(self, source: str, entry: Entry, at: datetime, name: str) -> None:
        self.backfills.append((source, LedgerHour(hour_of(at), entry)))

    def release(self, source: str, owner: str) -> None:
        if self.leases.get(source, ("",))[0] == owner:
            del self.leases[source]

    def spend(self, service: str, month: str, millionths: int) -> int:
        self.spending[service, month] = self.spent(service, month) + millionths
        return self.spent(service, month)

    def spent(self, service: str, month: str) -> int:
        return self.spending.get((service, month), 0)
