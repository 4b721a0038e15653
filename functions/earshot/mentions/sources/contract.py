"""The contract of a source: what a reader of a network is asked, and what it brings.

A *source* is one thing that is listened to: mentions of a handle, a search, a blog's feed. It has a key, and under that
key a lease, a checkpoint and a state of its own. A *reader* knows the network. ``SourceRunner`` does what all have in
common: lease, queue, dead letters, checkpoint.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from earshot.mentions.mention import Mention
from earshot.mentions.source_state import Gap, SourceState


class Source(Protocol):
    """Something that is listened to."""

    @property
    def key(self) -> str:
        """The key of its stored lease, checkpoint and state: the network, ``#``, and what of it."""
        ...


SourceT = TypeVar("SourceT", bound=Source)
SourceT_contra = TypeVar("SourceT_contra", bound=Source, contravariant=True)
CheckpointT = TypeVar("CheckpointT")


@dataclass(frozen=True, slots=True)
class RejectedPost:
    """A post that cannot be converted to a mention: as received, and the reason. ``key`` identifies it."""

    key: str
    body: str
    reason: str


@dataclass(frozen=True, slots=True)
class Delivery(Generic[CheckpointT]):
    """What one reading of a source brought.

    ``mentions`` are new, and ``rejected`` cannot be mentions. ``checkpoint`` is where the next reading goes on: it is
    stored once the mentions are queued. ``state`` is what staff see. ``posts_read`` counts what the network served, and
    ``not_kept`` what of it may not be kept and is neither queued nor logged, by reason. ``cost`` is in millionths of a
    US dollar, and booked already; ``looked_up`` is the part of it for accounts.

    For the ledger: every post that was visible at ``read_to`` is delivered now or was before, None: after a success
    that is all that was visible when it was read; but for what is ``waiting`` to be read in one of the next readings.
    ``capped``: the reading ended before all was read. ``missed`` was found to be missing for good: all of it, where
    ``state.gap`` has the latest alone.
    """

    checkpoint: CheckpointT
    state: SourceState
    mentions: tuple[Mention, ...] = ()
    rejected: tuple[RejectedPost, ...] = ()
    posts_read: int = 0
    not_kept: Mapping[str, int] = field(default_factory=dict[str, int])
    cost: int = 0
    looked_up: int = 0
    read_to: datetime | None = None
    capped: bool = False
    waiting: tuple[Gap, ...] = ()
    missed: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckpointCodec(Generic[CheckpointT]):
    """How the checkpoints of a network are stored: ``empty`` before the first run, and as plain JSON types."""

    empty: CheckpointT
    to_record: Callable[[CheckpointT], Mapping[str, Any]]
    from_record: Callable[[Mapping[str, Any]], CheckpointT]


class SourceReader(Protocol[SourceT_contra, CheckpointT]):
    """Reads the sources of one network. It never sleeps; a refusal of the network is a state, not an error."""

    def read(
        self, source: SourceT_contra, checkpoint: CheckpointT, before: SourceState | None, now: datetime
    ) -> Delivery[CheckpointT]:
        """What is new since ``checkpoint``. ``before`` is the state after the last reading, None at the first."""
        ...
