"""Times as text: RFC 3339 in UTC, to the millisecond, as every store and output writes them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from earshot.errors import MentionError


def rfc3339(at: datetime) -> str:
    """A time as every store and output writes it: UTC, to the millisecond, sortable as text, ending in ``Z``."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def rfc3339_or_none(at: datetime | None) -> str | None:
    """A time that may be missing."""
    return None if at is None else rfc3339(at)


def time_or_none(record: Mapping[str, Any], field: str) -> datetime | None:
    """The other way round: the time in ``field``, or None."""
    return None if record[field] is None else parse_rfc3339(record[field], field)


def parse_rfc3339(text: str, field: str) -> datetime:
    """An aware time in UTC, or MentionError naming ``field``."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise MentionError(
            f"Field '{field}' is {text!r}, which is no RFC 3339 time: write it as 2026-11-21T09:30:00Z."
        ) from None
    if at.tzinfo is None:
        raise MentionError(f"Field '{field}' is {text!r}, which names no time zone: end it in Z or an offset.")
    return at.astimezone(UTC)
