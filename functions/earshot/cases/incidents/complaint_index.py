"""The complaints of an hour, of each case only what detecting incidents needs: DynamoDB sends nothing else.

In a storm 20,000 cases open in an hour. Read whole they took longer than a minute; what is read here takes seconds.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from earshot.aws.dynamodb import Item, Record, from_item
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
    *("pk", "sk", "version", "author"),
    *("opened_order", "status", "intent", "conversation_state"),
)
# More cases than an hour has are not remembered.
_MOST_KNOWN = 50_000


class Complaints:
    """Reads complaints by index. It remembers what it made of a case for as long as that has the same version.

    To unpack a case and find its features takes longer than to read it.
    """

    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        self._client = client
        self._name = name
        # By partition: the version, and what it says, with its complaint.
        self._known: dict[str, tuple[str, Record]] = {}

    def complaints(self, start: datetime, end: datetime) -> Iterator[Complaint]:
        """Every complaint, of any status, that opened from ``start`` on and before ``end``.

        Those of a status come together, the newest first. They are read lazily, page by page. An index lags: a case
        that changes its status meanwhile may be found under both.
        """
        if len(self._known) > _MOST_KNOWN:
            self._known.clear()
        for status in Status:
            for record in self._read(status, start, end):
                if (complaint := record["complaint"]) is not None:
                    yield complaint

    def _read(self, status: Status, start: datetime, end: datetime) -> Iterator[Record]:
        # A sort key continues after its time, so that a time alone sorts before all that opened then.
        listing = Listing(
            BY_OPENED,
            str(status),
            between=(rfc3339(start), rfc3339(end)),
            equal=(("intent", str(Intent.COMPLAINT)),),
            there=(("is_incident", False),),
        )
        return read_listed(self._client, self._name, listing, _ATTRIBUTES, self._record)

    def _record(self, item: Item) -> Record:
        """What the list filters by, with the complaint of a case."""
        partition, version = item["pk"]["S"], item["version"]["N"]
        known = self._known.get(partition)
        if known is None or known[0] != version:
            known = self._known[partition] = version, _with_complaint(from_item(item))
        return known[1]


def _with_complaint(record: Record) -> Record:
    filtered = {name: record.get(name) for name in ("status", "opened_order", "intent")}
    if record.get("intent") != Intent.COMPLAINT:
        return filtered
    is_incident = True if record["conversation_state"]["case"].get("incident") is not None else None
    return {**filtered, "is_incident": is_incident, "complaint": None if is_incident else _complaint(record)}


def _complaint(record: Record) -> Complaint | None:
    case = record["conversation_state"]["case"]
    if case.get("is_history") or case.get("resolution", {}).get("outcome") == Outcome.NOT_A_COMPLAINT:
        return None
    reasons = (Reason(one["rule"], one["points"], one["text"]) for one in case["assessment"]["reasons"])
    return Complaint(
        case_id=conversation_in(record["pk"]),
        customer=record["author"],
        opened_at=parse_rfc3339(record["opened_order"].partition("#")[0], "opened_order"),
        urgency=case["assessment"]["urgency"],
        followers=case.get("author", {}).get("followers", 0),
        features=features_of(case["headline"]["text"], reasons, case["brand"]),
        # The attribute ``alerting`` also says that a notice to a colleague waits.
        is_alerting=case.get("ladder", {}).get("alerting", Alerting.OFF) != Alerting.OFF,
        incident_id=case.get("incident_id"),
    )
