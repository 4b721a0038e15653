"""Converts a checkpoint to plain JSON types, as the source table stores it, and back."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from earshot.aws.formats import Formats
from earshot.mentions.checkpoint import Checkpoint, Hole, Sweep
from earshot.timestamps import parse_rfc3339, rfc3339, rfc3339_or_none, time_or_none

# Steps from one format to the next, as those of the case table.
FORMATS = Formats("A checkpoint")
_SWEEP_TIMES = ("floor", "began_at", "newest_at", "read_down_to")


def checkpoint_record(checkpoint: Checkpoint) -> dict[str, Any]:
    """The record of a checkpoint. Times are cut to the millisecond: posts may be read again, but none is skipped."""
    sweep = checkpoint.sweep
    record: dict[str, Any] = {
        "user_id": checkpoint.user_id,
        "first_read_at": rfc3339_or_none(checkpoint.first_read_at),
        "read_at": rfc3339_or_none(checkpoint.read_at),
        "newest_id": checkpoint.newest_id,
        "newest_at": rfc3339_or_none(checkpoint.newest_at),
        "billed_on": checkpoint.billed_on and checkpoint.billed_on.isoformat(),
        "seen": dict(checkpoint.seen),
        "vocabulary": checkpoint.vocabulary,
        "sweep": sweep and asdict(sweep) | {name: rfc3339_or_none(getattr(sweep, name)) for name in _SWEEP_TIMES},
    }
    if checkpoint.holes:
        record["holes"] = [[rfc3339(one.start), rfc3339(one.end), dict(one.known)] for one in checkpoint.holes]
    if checkpoint.awaited:
        record["awaited"] = dict(checkpoint.awaited)
    return FORMATS.stamped(record)


def read_checkpoint(record: Mapping[str, Any]) -> Checkpoint:
    """The checkpoint of a record that ``checkpoint_record`` made, in this release or an earlier one.

    FormatError where a newer release made it: a run that does not read it does not move it either.
    """
    record = FORMATS.current(record)
    return Checkpoint(
        user_id=record["user_id"],
        first_read_at=time_or_none(record, "first_read_at"),
        read_at=time_or_none(record, "read_at"),
        newest_id=record["newest_id"],
        newest_at=time_or_none(record, "newest_at"),
        billed_on=record["billed_on"] and date.fromisoformat(record["billed_on"]),
        seen=record["seen"],
        vocabulary=record.get("vocabulary"),
        sweep=record["sweep"] and _read_sweep(record["sweep"]),
        holes=tuple(
            Hole(parse_rfc3339(start, "start"), parse_rfc3339(end, "end"), known)
            for start, end, known in record.get("holes", ())
        ),
        awaited=record.get("awaited", {}),
    )


def _read_sweep(record: Mapping[str, Any]) -> Sweep:
    fields: dict[str, Any] = {**record, **{name: time_or_none(record, name) for name in _SWEEP_TIMES}}
    return Sweep(**fields)
