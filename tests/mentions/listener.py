"""A listener: the fetcher with queues and table in memory, which calls the X stand-in over real HTTP."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from earshot.mentions.checkpoint import Checkpoint
from earshot.mentions.feeds import Feed, FeedKind
from earshot.mentions.fetcher import Fetcher
from earshot.mentions.source_state import SourceState
from earshot.mentions.sources.runner import FetchOutcome
from earshot.mentions.sources.x.accounts import BrandAccounts
from earshot.mentions.sources.x.source import XSource
from earshot.mentions.sources.x.vocabulary import Vocabulary
from infra.local.x.api import XApi
from infra.local.x.description import ApiVersion
from tests.fakes import FakeClock
from tests.mentions.fakes import MemoryDeadLetterQueue, MemoryQueue, MemorySourceTable

MENTIONS = Feed(FeedKind.MENTIONS, "NimbusAir")


@dataclass
class Listener:
    """Runs a feed as the function would; ``pages`` bounds what a run has time for.

    ``words`` are those that X is asked in first; None: those that it accepts.
    """

    api: XApi
    clock: FakeClock
    queue: MemoryQueue = field(default_factory=MemoryQueue)
    dead_letters: MemoryDeadLetterQueue = field(default_factory=MemoryDeadLetterQueue)
    sources: MemorySourceTable = field(default_factory=MemorySourceTable)
    limit: int = 1_000_000_000
    pages: int = 1_000
    token: Callable[..., str] | None = None
    words: Vocabulary | None = None

    def run(self, feed: Feed = MENTIONS, owner: str = "run", **advance: float) -> FetchOutcome:
        return self.run_all([feed], owner, **advance)[0]

    def run_all(self, feeds: Sequence[Feed], owner: str = "run", **advance: float) -> list[FetchOutcome]:
        """One run of the function over several feeds, in this order."""
        now = self.clock.advance(**advance)
        started = len(self.api.calls)
        fetcher = Fetcher(
            self.source(),
            self.queue,
            self.dead_letters,
            self.sources,
            self.limit,
            has_time=lambda: len(self.api.calls) - started < self.pages,
        )
        return [fetcher.fetch(feed, owner, now) for feed in feeds]

    def source(self) -> XSource:
        token = self.token or (lambda fresh=False: self.api.token)
        brands = BrandAccounts(("NimbusAir",), {"nimbus air": None})
        accepted = Vocabulary.POST if self.api.version is ApiVersion.V2_167 else Vocabulary.TWEET
        # As long as a busy machine may need to answer; the fault that hangs takes longer.
        return XSource(token, brands, self.clock, self.api.url, (1.0, 1.0), self.words or accepted)

    def state(self, feed: Feed = MENTIONS) -> SourceState:
        return self.sources.state_of[feed.key]

    def checkpoint(self, feed: Feed = MENTIONS) -> Checkpoint:
        return self.sources.checkpoint(feed.key)
