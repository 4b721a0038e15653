"""How far a timeline has been read that a network serves from its newest post backwards.

A run reads from the top down to where the last one began, less an overlap in which posts may appear late. Where it is
cut short, what is below is a *hole*: the head moves on, so that what is new is never kept waiting, and the next runs
read the hole, too.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from earshot.aws.formats import Formats
from earshot.mentions.sources.contract import CheckpointCodec
from earshot.timestamps import parse_rfc3339, rfc3339, rfc3339_or_none, time_or_none

FORMATS = Formats("The checkpoint of a timeline")
BASELINE_WINDOW = timedelta(hours=24)
# Bounds the stored item to about 150 KB. A post whose id was dropped is queued again, and classified only once.
MAX_SEEN = 2_000
MAX_HOLES = 5


@dataclass(frozen=True, slots=True)
class Hole:
    """What a run did not come to read: from ``cursor``, as the network names it, down to ``floor``.

    ``end`` is the time of the oldest post above it that was read.
    """

    cursor: str
    floor: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class TimelineCheckpoint:
    """What was read: all down to the floor of the first run, but for ``holes``, those of the latest runs first.

    What was written before ``first_read_at`` is history. ``newest_at`` is the time of the newest post. ``seen`` has the
    ids that a run will meet again, each with the time of its post in epoch seconds. In a crowd they are too many: what
    was written before ``forgotten_to`` is read no more, for it would all be queued again.
    """

    first_read_at: datetime | None = None
    newest_at: datetime | None = None
    seen: Mapping[str, int] = field(default_factory=dict[str, int])
    holes: tuple[Hole, ...] = ()
    forgotten_to: datetime | None = None

    def floor(self, now: datetime, overlap: timedelta) -> datetime:
        """How far down the next run reads."""
        if self.first_read_at is None:
            return now - BASELINE_WINDOW
        floor = (self.newest_at or self.first_read_at) - overlap
        return floor if self.forgotten_to is None else max(floor, self.forgotten_to)

    def after(self, now: datetime, seen: Mapping[str, int], holes: tuple[Hole, ...], overlap: timedelta):
        """The checkpoint after a run that met ``seen`` and left ``holes``."""
        newest = max((*seen.values(), int(self.newest_at.timestamp()) if self.newest_at else 0))
        newest_at = datetime.fromtimestamp(min(newest, int(now.timestamp())), now.tzinfo) if newest else None
        moved = replace(self, first_read_at=self.first_read_at or now, newest_at=newest_at, holes=holes)
        floors = [moved.floor(now, overlap), *(hole.floor for hole in holes)]
        lowest = int(min(floors).timestamp())
        known = sorted((at, id) for id, at in {**self.seen, **seen}.items() if at >= lowest)
        if len(known) <= MAX_SEEN:
            return replace(moved, seen={id: at for at, id in known})
        # What was known before is met again at the lower end of a hole.
        oldest = known[: MAX_SEEN // 4] if holes else []
        newest = known[len(oldest) - MAX_SEEN :]
        # Of the second that is remembered last not all may be.
        forgotten_to = datetime.fromtimestamp(newest[0][0] + 1, now.tzinfo)
        if self.forgotten_to is not None:
            forgotten_to = max(forgotten_to, self.forgotten_to)
        return replace(moved, seen={id: at for at, id in (*oldest, *newest)}, forgotten_to=forgotten_to)


def checkpoint_record(checkpoint: TimelineCheckpoint) -> dict[str, Any]:
    """The record of a checkpoint, in plain JSON types."""
    return FORMATS.stamped(
        {
            "first_read_at": rfc3339_or_none(checkpoint.first_read_at),
            "newest_at": rfc3339_or_none(checkpoint.newest_at),
            "seen": dict(checkpoint.seen),
            "holes": [[hole.cursor, rfc3339(hole.floor), rfc3339(hole.end)] for hole in checkpoint.holes],
            "forgotten_to": rfc3339_or_none(checkpoint.forgotten_to),
        }
    )


def read_checkpoint(stored: Mapping[str, Any]) -> TimelineCheckpoint:
    """The checkpoint of a record that ``checkpoint_record`` made."""
    record = FORMATS.current(stored)
    return TimelineCheckpoint(
        first_read_at=time_or_none(record, "first_read_at"),
        newest_at=time_or_none(record, "newest_at"),
        seen=dict(record["seen"]),
        holes=tuple(
            Hole(cursor, parse_rfc3339(floor, "holes"), parse_rfc3339(end, "holes"))
            for cursor, floor, end in record["holes"]
        ),
        forgotten_to=time_or_none(record, "forgotten_to") if "forgotten_to" in record else None,
    )


TIMELINE_CHECKPOINTS = CheckpointCodec(TimelineCheckpoint(), checkpoint_record, read_checkpoint)
