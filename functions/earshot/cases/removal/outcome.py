"""What became of one sweep of a network."""

from dataclasses import dataclass, field

from earshot.cases.removal.sweep_state import SweepState
from earshot.mentions.mention import Mention
from earshot.mentions.source_state import SourceError, SourceStatus


@dataclass(slots=True)
class SweepOutcome:
    """What became of a run: ``state`` is where the next one goes on; ``doubt`` says why nothing was removed."""

    state: SweepState
    asked: int = 0
    served: int = 0
    gone: int = 0
    removed: int = 0
    edited: list[Mention] = field(default_factory=list[Mention])
    stopped: str | None = None
    doubt: str | None = None
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
        return " ".join(filter(None, (done, self.stopped, self.doubt, self.error and str(self.error))))
