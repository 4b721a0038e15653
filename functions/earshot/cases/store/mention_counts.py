"""How many mentions were posted in a stretch of time, by each of their labels, however many there were.

The newest mentions of a day are read, which on most days is all of them. The rest DynamoDB counts itself, one query for
each value of a label: it reads as much as if it sent them, but sends only numbers. To take in 300,000 mentions
otherwise costs more time than a request has.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from earshot.aws.dynamodb import to_item
from earshot.aws.parallel import for_all
from earshot.cases.store.listing import BY_DAY, Listing
from earshot.cases.stored_mention import StoredMention
from earshot.timestamps import rfc3339
from earshot.triage.judgement import Intent, Severity

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

SENTIMENTS = ("positive", "negative", "neutral", "mixed", "unclassified")
# A day is counted for good so long after its end: networks index posts late, and Earshot catches up after an outage.
# Whoever stores an older post has its day counted again.
SETTLED_AFTER = timedelta(days=2)
# More are counted by DynamoDB: reading 250 takes as long as the queries that count.
MOST_READ = 250
_KNOWN = {"intent": tuple(map(str, Intent)), "severity": tuple(map(str, Severity)), "sentiment": SENTIMENTS}
_NAMES = {f"#{name}": name for name in ("own", "origin", *_KNOWN)}


@dataclass(frozen=True, slots=True)
class MentionLabels:
    """The labels by which a mention is counted.

    ``origin`` is its source. ``sentiment`` is ``unclassified`` where none could be measured.
    """

    origin: str
    own: bool
    intent: str
    severity: str
    sentiment: str


@dataclass(slots=True)
class MentionCounts:
    """Numbers of mentions. Those of the brand count as ``own`` only, because their content is not judged."""

    own: int = 0
    customers: int = 0
    intent: Counter[str] = field(default_factory=Counter[str])
    severity: Counter[str] = field(default_factory=Counter[str])
    sentiment: Counter[str] = field(default_factory=Counter[str])
    origin: Counter[str] = field(default_factory=Counter[str])

    @classmethod
    def of(cls, mentions: Iterable[MentionLabels]) -> "MentionCounts":
        """The counts of ``mentions``."""
        counts = cls()
        for mention in mentions:
            if mention.own:
                counts.own += 1
                continue
            counts.customers += 1
            for label in ("intent", "severity", "sentiment", "origin"):
                getattr(counts, label)[getattr(mention, label)] += 1
        return counts

    def add(self, other: "MentionCounts") -> None:
        """Add the numbers of other mentions."""
        self.own += other.own
        self.customers += other.customers
        for label in ("intent", "severity", "sentiment", "origin"):
            getattr(self, label).update(getattr(other, label))


def late_days(mentions: Iterable[StoredMention]) -> list[date]:
    """The days in UTC that may have been counted for good before one of these mentions of theirs was stored."""
    late = (stored for stored in mentions if stored.ingested_at - stored.mention.created_at >= SETTLED_AFTER)
    return sorted({date.fromisoformat(rfc3339(stored.mention.created_at)[:10]) for stored in late})


class MentionCounter:
    """Counts by the index of days; ``at_once`` queries run at the same time."""

    def __init__(self, client: "DynamoDBClient", name: str, at_once: int = 1) -> None:
        self._client = client
        self._name = name
        self._at_once = at_once

    def between(self, start: datetime, end: datetime) -> MentionCounts:
        """The mentions that were posted from ``start`` on and before ``end``."""
        first, last = rfc3339(start), rfc3339(end)
        day, counts = date.fromisoformat(first[:10]), MentionCounts()
        # The last day has nothing before its first moment.
        while day.isoformat() <= rfc3339(end - timedelta(milliseconds=1))[:10]:
            # A sort key continues after its time, so that a time alone sorts before all that was posted then.
            counts.add(self._day(Listing(BY_DAY, day.isoformat(), between=(first, last)).request(self._name)))
            if day == date.max:
                break
            day += timedelta(days=1)
        return counts

    def _day(self, request: dict[str, Any]) -> MentionCounts:
        asked: dict[str, Any] = {
            **request,
            "ExpressionAttributeNames": {**request["ExpressionAttributeNames"], **_NAMES},
        }
        answer = self._client.query(**asked, Limit=MOST_READ, ProjectionExpression=", ".join(_NAMES))
        items: Sequence[Mapping[str, Any]] = answer["Items"]
        counts = MentionCounts.of(map(_labels, items))
        if "LastEvaluatedKey" in answer:
            rest: dict[str, Any] = {**request, "ExclusiveStartKey": answer["LastEvaluatedKey"]}
            counts.add(self._rest(rest, tuple(counts.origin)))
        return counts

    def _rest(self, request: dict[str, Any], origins: tuple[str, ...]) -> MentionCounts:
        """The counts of what ``request`` finds. ``origins`` are the sources that are known; others are found."""
        labels = {**_KNOWN, "origin": origins}
        asked = [("own", True), ("own", False), *((label, value) for label in labels for value in labels[label])]
        counted = for_all(lambda one: self._count(request, *one), asked, at_once=self._at_once)
        numbers = dict(zip(asked, counted, strict=True))
        counts = MentionCounts(own=numbers["own", True], customers=numbers["own", False])
        for label, values in labels.items():
            of_label: Counter[str] = getattr(counts, label)
            of_label.update({value: numbers[label, value] for value in values if numbers[label, value]})
            if of_label.total() < counts.customers:
                of_label.update(self._others(request, label, values))
        return counts

    def _count(self, request: dict[str, Any], label: str, value: str | bool) -> int:
        """How many mentions have this value; only customers' posts, where the label is not ``own``."""
        terms = {label: value} if label == "own" else {label: value, "own": False}
        filtered = _filtered(request, " AND ".join(f"#{name} = :{name}" for name in terms), terms)
        pages = self._client.get_paginator("query").paginate(**filtered, Select="COUNT")
        return sum(page["Count"] for page in pages)

    def _others(self, request: dict[str, Any], label: str, known: tuple[str, ...]) -> Counter[str]:
        """The customers' posts whose label has none of the ``known`` values, by its value: they are few, and read."""
        terms = {f"known{number}": value for number, value in enumerate(known)} | {"own": False}
        unlike = "".join(f" AND #{label} <> :known{number}" for number in range(len(known)))
        filtered = _filtered(request, f"#own = :own{unlike}", terms, label)
        pages = self._client.get_paginator("query").paginate(**filtered, ProjectionExpression=f"#{label}")
        return Counter(item[label].get("S", "") for page in pages for item in page["Items"])


def _filtered(request: dict[str, Any], condition: str, terms: Mapping[str, str | bool], *labels: str) -> dict[str, Any]:
    names = {f"#{name}": name for name in ("own", *labels, *terms) if f"#{name}" in condition}
    names |= {f"#{label}": label for label in labels}
    return {
        **request,
        "FilterExpression": condition,
        "ExpressionAttributeNames": {**request["ExpressionAttributeNames"], **names},
        "ExpressionAttributeValues": {
            **request["ExpressionAttributeValues"],
            **to_item({f":{name}": value for name, value in terms.items()}),
        },
    }


def _labels(item: Mapping[str, Any]) -> MentionLabels:
    return MentionLabels(
        item["origin"]["S"], item["own"]["BOOL"], item["intent"]["S"], item["severity"]["S"], item["sentiment"]["S"]
    )
