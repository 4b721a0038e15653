"""A checkpoint as plain JSON types, as the table keeps it."""

from dataclasses import asdict
from datetime import date
from typing import Any

from earshot.mentions.checkpoint import Checkpoint, Sweep
from earshot.timestamps import rfc3339_or_none, time_or_none


def checkpoint_record(checkpoint: Checkpoint) -> dict[str, Any]:
    """Times are cut to the millisecond, which only ever reads more."""
    sweep = checkpoint.sweep
    return {
        "user_id": checkpoint.user_id,
        "first_read_at": rfc3339_or_none(checkpoint.first_read_at),
        "read_at": rfc3339_or_none(checkpoint.read_at),
        "newest_id": checkpoint.newest_id,
        "newest_at": rfc3339_or_none(checkpoint.newest_at),
        "billed_on": checkpoint.billed_on and checkpoint.billed_on.isoformat(),
        "seen": dict(checkpoint.seen),
        "sweep": sweep
        and asdict(sweep)
        | {name: rfc3339_or_none(getattr(sweep, name)) for name in ("floor", "began_at", "newest_at", "read_down_to")},
    }


def read_checkpoint(record: dict[str, Any]) -> Checkpoint:
    """Read what ``checkpoint_record`` wrote."""
    sweep = record["sweep"]
    times = ("floor", "began_at", "newest_at", "read_down_to")
    return Checkpoint(
        user_id=record["user_id"],
        first_read_at=time_or_none(record, "first_read_at"),
        read_at=time_or_none(record, "read_at"),
        newest_id=record["newest_id"],
        newest_at=time_or_none(record, "newest_at"),
        billed_on=record["billed_on"] and date.fromisoformat(record["billed_on"]),
        seen=record["seen"],
        sweep=sweep and Sweep(**(sweep | {name: time_or_none(sweep, name) for name in times})),
    )
