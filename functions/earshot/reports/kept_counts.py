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
        kept = self._read(day)
        if kept is not None and _is_good(kept, day, now):
            return _counts(kept["counts"])
        counts = self._counting.count_mentions(start, end)
        self._put(day, counts, None if kept is None else kept.get("late"), now)
        return counts

    def keep(self) -> None:
        """Count the days that are over and not settled, or have just settled, where nobody has."""
        today = self._clock().astimezone(UTC).date()
        for before in range(1, SETTLED_AFTER.days + 2):
            day = today - timedelta(days=before)
            self.count_mentions(midnight(day), end_of(day))

    def _read(self, day: date) -> Record | None:
        key = to_item(day_counts_key(day))
        item: dict[str, Any] = self._client.get_item(TableName=self._table, Key=key).get("Item", {})
        return from_item(item) if item else None

    def _put(self, day: date, counts: MentionCounts, late: int | None, now: datetime) -> None:
        """Keep what was counted when there were so many ``late`` mentions; not where one has come meanwhile."""
        record = {"counts": plain(counts), "counted_at": rfc3339(now)}
        known = {} if late is None else {"late": late, "counted_late": late}
        expiry = {"expires_at": int((end_of(day) + self._retention).timestamp())}
        request: dict[str, Any] = {"Item": to_item({**day_counts_key(day), **record, **known, **expiry})}
        if late is None:
            request["ConditionExpression"] = "attribute_not_exists(late)"
        else:
            request["ConditionExpression"] = "late = :late"
            request["ExpressionAttributeValues"] = to_item({":late": late})
        try:
            self._client.put_item(TableName=self._table, **request)
        except self._client.exceptions.ConditionalCheckFailedException:
            return  # it is counted again the next time


def _is_good(kept: Record, day: date, now: datetime) -> bool:
    """Whether what was counted of a day that is over holds: no late mention has come since, and it was not too soon."""
    if "counts" not in kept or kept.get("late") != kept.get("counted_late"):
        return False
    counted_at = parse_rfc3339(kept["counted_at"], "counted_at")
    return counted_at >= end_of(day) + SETTLED_AFTER or now - counted_at < GOOD_FOR


def _counts(stored: Mapping[str, Any]) -> MentionCounts:
    labels = {label: Counter[str](stored[label]) for label in ("intent", "severity", "sentiment", "origin")}
    return MentionCounts(stored["own"], stored["customers"], **labels)
