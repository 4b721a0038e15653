"""What became of one sweep of a network."""

from dataclasses import dataclass, field

from earshot.cases.removal.sweep.state import SweepState
from earshot.mentions.mention import Mention
from earshot.mentions.source_state import SourceError, SourceStatus

# So many at once that most of what was asked for is gone: a fault of the network is likelier than so many changes of
# mind, and has hours to pass.
MANY = 20


@dataclass(slots=True)
class Tally:
    """What one server answered in a run. ``customers`` are the posts that it served which the brand did not write."""

    asked: int = 0
    served: int = 0
    customers: int = 0
    gone: int = 0

    @property
    def are_many(self) -> bool:
        """Whether many posts are gone, and most of those of which anything was said."""
        return self.gone >= MANY and self.gone > self.served

    @property
    def is_serving(self) -> bool:
        """Whether it serves posts at all: else access may have been revoked, and all seem to be gone."""
        return bool(self.customers or (self.served and self.gone < MANY))


@dataclass(slots=True)
class SweepOutcome:
    """What became of a run: ``state`` is where the next one goes on; ``doubt`` says why nothing was removed.

    ``failed`` are what went wrong with single posts, which wait for the next run.
    """

    state: SweepState
    asked: int = 0
    gone: int = 0
    removed: int = 0
    edited: list[Mention] = field(default_factory=list[Mention])
    stopped: str | None = None
    doubt: str | None = None
    failed: list[Exception] = field(default_factory=list[Exception])
    error: SourceError | None = None

    @property
    def status(self) -> SourceStatus:
        """How the run ended, as the state of a source has it."""
        if self.error is not None:
            return self.error.status
        return SourceStatus.UNAVAILABLE if self.doubt else SourceStatus.OK

    @property
    def message(self) -> str:
        """The same in words."""
        done = f"Asked for {self.asked} posts: {self.gone} gone, {self.removed} removed, {len(self.edited)} edited."
        failed = f"{len(self.failed)} could not be removed yet." if self.failed else None
        return " ".join(filter(None, (done, failed, self.stopped, self.doubt, self.error and str(self.error))))
