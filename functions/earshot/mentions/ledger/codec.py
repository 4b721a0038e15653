"""Converts the ledger of a source to plain JSON types, as the source table stores it, and back.

What is 0 or empty is left out: an hour in which nothing came is a few bytes.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from earshot.mentions.ledger.hour import COUNTS, Entry, Ledger, LedgerHour
from earshot.mentions.source_state import Gap
from earshot.timestamps import parse_rfc3339, rfc3339, rfc3339_or_none

# How the attributes of a day's item begin, before the two digits of the hour.
HOUR_OF, BACKFILL_IN = "h", "f"


def ledger_record(ledger: Ledger) -> dict[str, Any]:
    """The record of a ledger."""
    return {
        "began_at": rfc3339(ledger.began_at),
        "hour": rfc3339(ledger.open.hour),
        "entry": entry_record(ledger.open.entry),
        "read_to": rfc3339_or_none(ledger.read_to),
        "heard_at": rfc3339_or_none(ledger.heard_at),
        "waiting": _gaps(ledger.waiting),
    }


def read_ledger(record: Mapping[str, Any]) -> Ledger:
    """The ledger of a record that ``ledger_record`` made."""
    return Ledger(
        began_at=parse_rfc3339(record["began_at"], "began_at"),
        open=LedgerHour(parse_rfc3339(record["hour"], "hour"), read_entry(record["entry"])),
        read_to=_time(record.get("read_to")),
        heard_at=_time(record.get("heard_at")),
        waiting=_read_gaps(record.get("waiting", ())),
    )


def entry_record(entry: Entry) -> dict[str, Any]:
    """The record of an entry."""
    record: dict[str, Any] = {name: getattr(entry, name) for name in COUNTS}
    record |= {"failed": dict(entry.failed), "skipped": dict(entry.skipped)}
    record |= {"missed": _gaps(entry.missed), "filled": _gaps(entry.filled)}
    return {name: value for name, value in record.items() if value}


def read_entry(record: Mapping[str, Any]) -> Entry:
    """The entry of a record that ``entry_record`` made."""
    return Entry(
        **{name: record.get(name, 0) for name in COUNTS},
        failed=record.get("failed", {}),
        skipped=record.get("skipped", {}),
        missed=_read_gaps(record.get("missed", ())),
        filled=_read_gaps(record.get("filled", ())),
    )


def entries_in(texts: Mapping[str, str], kind: str, day: date) -> Iterator[LedgerHour]:
    """The entries of a kind (``HOUR_OF`` or ``BACKFILL_IN``) in the attributes of a day's item, in order."""
    midnight = datetime.combine(day, time(), UTC)
    for name in sorted(texts):
        if name[:1] == kind and name[1:3].isdigit():
            yield LedgerHour(midnight + timedelta(hours=int(name[1:3])), read_entry(json.loads(texts[name])))


def _gaps(gaps: Iterable[Gap]) -> list[list[str | None]]:
    return [[rfc3339_or_none(gap.start), rfc3339(gap.end), gap.why] for gap in gaps]


def _read_gaps(records: Iterable[tuple[str | None, str, str]]) -> tuple[Gap, ...]:
    return tuple(Gap(_time(start), parse_rfc3339(end, "end"), why) for start, end, why in records)


def _time(text: str | None) -> datetime | None:
    return None if text is None else parse_rfc3339(text, "at")
