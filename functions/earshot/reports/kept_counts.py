"""Counts of whole days, kept once they were counted: a month of a million mentions is read as 31 numbers.

Each is an item of the case table, ``pk`` ``COUNTS#2026-11-21``. It has no personal data.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from earshot.aws.dynamodb import Record, from_item, to_item
from earshot.cases.store.codec import plain
from earshot.cases.store.keys import day_counts_key
from earshot.cases.store.mention_counts import SETTLED_AFTER, MentionCounts
from earshot.reports.counts import MentionCounting, end_of, midnight
from earshot.timestamps import parse_rfc3339, rfc3339

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

# So long the count of a day that is over but not settled is good enough to be shown.
GOOD_FOR = timedelta(hours=6)


class KeptCounts:
    """Counts mentions like ``counting``, and asks it no second time for a day that is over.

    ``retention`` is how long an item is kept after the end of its day, as its mentions are.
    """

    def __init__(
        self,
        counting: MentionCounting,
        client: "DynamoDBClient",
        table: str,
        retention: timedelta,
        clock: Callable[[], datetime],
    ) -> None:
        self._counting = counting
        self._client = client
        self._table = table
        self._retention = retention
        self._clock = clock

    def count_mentions(self, start: datetime, end: datetime) -> MentionCounts:
        """The mentions that were posted from ``start`` on and before ``end``."""
        day, now = start.astimezone(UTC).date(), self._clock()
        if (start, end) != (midnight(day), end_of(day)) or now < end:
            return self._counting.count_mentions(start, end)
        if (kept := self._read(day, now)) is not None:
            return kept
        counts = self._counting.count_mentions(start, end)
        self._put(day, counts, now)
        return counts

    def keep(self) -> None:
        """Count the days that are over and not settled, or have just settled, where nobody has."""
        today = self._clock().astimezone(UTC).date()
        for before in range(1, SETTLED_AFTER.days + 2):
            day = today - timedelta(days=before)
            self.count_mentions(midnight(day), end_of(day))

    def _read(self, day: date, now: datetime) -> MentionCounts | None:
        """What was counted of a day that is over; None where it must be counted (again)."""
        item: dict[str, Any] = self._client.get_item(TableName=self._table, Key=to_item(day_counts_key(day))).get(
            "Item", {}
        )
        if not item or "is_stale" in item:
            return None
        record: Record = from_item(item)
        counted_at = parse_rfc3339(record["counted_at"], "counted_at")
        is_settled = counted_at >= end_of(day) + SETTLED_AFTER
        return _counts(record["counts"]) if is_settled or now - counted_at < GOOD_FOR else None

    def _put(self, day: date, counts: MentionCounts, now: datetime) -> None:
        self._client.put_item(
            TableName=self._table,
            Item=to_item(
                {
                    **day_counts_key(day),
                    "counts": plain(counts),
                    "counted_at": rfc3339(now),
                    "expires_at": int((end_of(day) + self._retention).timestamp()),
                }
            ),
        )


def _counts(stored: Mapping[str, Any]) -> MentionCounts:
    labels = {label: Counter[str](stored[label]) for label in ("intent", "severity", "sentiment", "origin")}
    return MentionCounts(stored["own"], stored["customers"], **labels)
