"""Times as text: RFC 3339 in UTC, to the millisecond, as every store and output writes them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from earshot.errors import MentionError

# Before the first posts of any network, and after this software's days. Windows around a time stay within datetime's.
EARLIEST_YEAR, LATEST_YEAR = 1980, 2200


def rfc3339(at: datetime) -> str:
    """A time as every store and output writes it: UTC, to the millisecond, sortable as text, ending in ``Z``."""
    universal = at if at.tzinfo is UTC else at.astimezone(UTC)
    # Without its offset, which is +00:00.
    return f"{universal.isoformat(timespec='milliseconds')[:-6]}Z"


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
        at = at if at.tzinfo is None or at.tzinfo is UTC else at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise MentionError(
            f"Field '{field}' is {text!r}, which is no RFC 3339 time: write it as 2026-11-21T09:30:00Z."
        ) from None
    if at.tzinfo is None:
        raise MentionError(f"Field '{field}' is {text!r}, which names no time zone: end it in Z or an offset.")
    return at


def parse_post_time(text: str, field: str) -> datetime:
    """The time of a post. MentionError also where no post can be from then: nobody could reckon with it."""
    at = parse_rfc3339(text, field)
    if not EARLIEST_YEAR <= at.year < LATEST_YEAR:
        raise MentionError(
            f"Field '{field}' is {text!r}, and posts are from {EARLIEST_YEAR} to {LATEST_YEAR}: correct its year."
        )
    return at
