"""The complaints of an hour, of each case only what detecting incidents needs: DynamoDB sends nothing else.

In a storm 20,000 cases open in an hour. Read whole they took longer than a minute; what is read here takes seconds.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from earshot.aws.dynamodb import Record
from earshot.cases.case.ladder import Alerting
from earshot.cases.case.status import Outcome, Status
from earshot.cases.incidents.complaint import Complaint
from earshot.cases.incidents.incident import features_of
from earshot.cases.store.keys import conversation_in
from earshot.cases.store.listing import BY_OPENED, Listing, read_listed
from earshot.timestamps import parse_rfc3339, rfc3339
from earshot.triage.judgement import Intent, Reason

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

# What a complaint is made of, and what the list filters by.
_ATTRIBUTES = (
    *("pk", "sk", "version", "author", "alerting"),
    *("opened_order", "status", "intent", "conversation_state"),
)
# Features of more cases than an hour has are not remembered.
_MOST_KNOWN = 50_000


class Complaints:
    """Reads complaints by index. It remembers their features, which take longest, for as long as they do not change."""

    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        self._client = client
        self._name = name
        # By partition: the version, and its features.
        self._features: dict[str, tuple[int, frozenset[str]]] = {}

    def complaints(self, start: datetime, end: datetime) -> Iterator[Complaint]:
        """Every complaint, of any status, that opened from ``start`` on and before ``end``.

        Those of a status come together, the newest first. They are read lazily, page by page. An index lags: a case
        that changes its status meanwhile may be found under both.
        """
        if len(self._features) > _MOST_KNOWN:
            self._features.clear()
        for status in Status:
            for record in self._read(status, start, end):
                if (complaint := self._complaint(record)) is not None:
                    yield complaint

    def _read(self, status: Status, start: datetime, end: datetime) -> Iterator[Record]:
        # A sort key continues after its time, so that a time alone sorts before all that opened then.
        listing = Listing(
            BY_OPENED,
            str(status),
            between=(rfc3339(start), rfc3339(end)),
            equal=(("intent", str(Intent.COMPLAINT)),),
            there=(("conversation_state.case.incident", False),),
        )
        return read_listed(self._client, self._name, listing, _ATTRIBUTES)

    def _complaint(self, record: Record) -> Complaint | None:
        case = record["conversation_state"]["case"]
        if case.get("is_history") or case.get("resolution", {}).get("outcome") == Outcome.NOT_A_COMPLAINT:
            return None
        return Complaint(
            case_id=conversation_in(record["pk"]),
            customer=record["author"],
            opened_at=parse_rfc3339(record["opened_order"].partition("#")[0], "opened_order"),
            urgency=case["assessment"]["urgency"],
            followers=case.get("author", {}).get("followers", 0),
            features=self._features_of(record["pk"], record["version"], case),
            is_alerting=record["alerting"] != Alerting.OFF,
            incident_id=case.get("incident_id"),
        )

    def _features_of(self, partition: str, version: int, case: Record) -> frozenset[str]:
        known = self._features.get(partition)
        if known is None or known[0] != version:
            reasons = (Reason(one["rule"], one["points"], one["text"]) for one in case["assessment"]["reasons"])
            known = version, features_of(case["headline"]["text"], reasons, case["brand"])
            self._features[partition] = known
        return known[1]
