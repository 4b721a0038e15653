"""A listener to one account: reader and runner with queues and table in memory, over HTTP to a stand-in."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import urllib3

from earshot.mentions.mention import Mention
from earshot.mentions.source_state import SourceError, SourceState, SourceStatus
from earshot.mentions.sources.networks import new_network
from earshot.mentions.sources.runner import SourceRunner
from earshot.mentions.sources.social.accounts import SocialAccount, Stream, streams_of
from earshot.mentions.sources.social.client import ApiClient
from earshot.mentions.sources.social.reader import TimelineReader
from earshot.mentions.sources.social.timeline import TIMELINE_CHECKPOINTS, TimelineCheckpoint
from earshot.mentions.sources.youtube.units import LISTENING, Units
from tests.fakes import FakeClock
from tests.mentions.fakes import MemoryDeadLetterQueue, MemoryQueue, MemorySourceTable


@dataclass
class MemorySecret:
    """Credentials and sessions in dictionaries."""

    credentials: dict[str, str]
    sessions: dict[str, Any] = field(default_factory=dict)

    def credential(self, network: str, account: str, *, fresh: bool = False) -> str:
        if account not in self.credentials:
            raise SourceError(SourceStatus.UNAUTHORISED, f"no credential for {network} {account}")
        return self.credentials[account]

    def session(self, network: str, account: str) -> dict[str, Any]:
        return self.sessions.get(account, {})

    def keep_session(self, network: str, account: str, session: Any) -> None:
        self.sessions[account] = dict(session)


class MemoryUnits(dict[tuple[str, str, str], int]):
    """Units that are booked, by day, key and share."""

    def book(self, day: str, key: str, share: str, units: int, most: int) -> bool:
        used = self.get((day, key, share), 0) + units
        if used > most:
            return False
        self[day, key, share] = used
        return True


@dataclass
class StreamListener:
    """Runs the streams of an account as the function would, in their order."""

    account: SocialAccount
    secret: MemorySecret
    clock: FakeClock
    has_time: Callable[[], bool] = lambda: True
    queue: MemoryQueue = field(default_factory=MemoryQueue)
    dead_letters: MemoryDeadLetterQueue = field(default_factory=MemoryDeadLetterQueue)
    sources: MemorySourceTable = field(default_factory=lambda: MemorySourceTable(codec=TIMELINE_CHECKPOINTS))
    not_kept: dict[str, int] = field(default_factory=dict)
    others: tuple[SocialAccount, ...] = ()
    units: MemoryUnits = field(default_factory=MemoryUnits)

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        """A cold start: what the process knew is forgotten."""
        client = ApiClient(self.account.host, allows_loopback=True, timeout=urllib3.Timeout(connect=1, read=0.5))
        self.network = new_network(self.account, client, self.secret, self.clock, Units(self.units, LISTENING))

    @property
    def streams(self) -> tuple[Stream, ...]:
        streams = streams_of([self.account, *self.others])
        return tuple(stream for stream in streams if stream.account == self.account)

    def run(self, **advance: float) -> list[Mention]:
        """What a run queues."""
        now, before = self.clock.advance(**advance), len(self.queue.mentions)
        reader = TimelineReader(lambda _: self.network, self.has_time)
        runner = SourceRunner(reader, self.queue, self.dead_letters, self.sources)
        self.not_kept = {}
        for stream in self.streams:
            outcome = runner.fetch(stream, "run", now)
            self.not_kept |= outcome.not_kept
        return self.queue.mentions[before:]

    def key(self, kind: str = "mentions") -> str:
        return next(stream.key for stream in self.streams if stream.kind == kind)

    def state(self, kind: str = "mentions") -> SourceState:
        return self.sources.state_of[self.key(kind)]

    def checkpoint(self, kind: str = "mentions") -> TimelineCheckpoint:
        return self.sources.checkpoint(self.key(kind))
