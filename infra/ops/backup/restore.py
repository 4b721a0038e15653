"""Brings a backup into the tables of a stack: what is missing there, and so that nobody is alerted for it anew.

The table's stream hands cases whose alert is due to the notifier, and the escalator takes those whose time has come. So
a case comes back with its alerts stopped, and after its log and the alerts that were sent for it. What the stack has
already stays as it is, so that a restore can be repeated and goes on where it broke off.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from earshot.aws.dynamodb import from_item, to_item
from earshot.aws.parallel import AT_ONCE, for_each
from earshot.cases.case.ladder import Alerting
from earshot.cases.case.log import EARSHOT, LogEntry
from earshot.cases.store.formats.steps import FORMATS
from earshot.cases.store.keys import conversation_of, conversation_record, entry_records
from infra.ops.backup.file import CASES, SOURCES, Backup, BackupError, Item

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

# Of a moment that is over: who holds the lock of the notifiers, and what waited for it.
_OF_A_MOMENT = "ALERTS"
_LEASE = ("lease_owner", "lease_until")
_BATCH_GET_MOST = 100


@dataclass(slots=True)
class Restored:
    """How many items were written, were there already, or had expired; and of how many cases the alerts stopped."""

    written: int = 0
    there: int = 0
    expired: int = 0
    stopped: int = 0


def scan(client: DynamoDBClient, table: str) -> Iterator[Item]:
    """Every item of a table. What changes meanwhile is read before or after its change."""
    for page in client.get_paginator("scan").paginate(TableName=table, ConsistentRead=True):
        yield from page["Items"]


def restore(client: DynamoDBClient, backup: Backup, cases: str, sources: str, now: datetime) -> Restored:
    """Write what the tables ``cases`` and ``sources`` do not have.

    FormatError: the backup is of a newer release. BackupError: a case in it cannot be read.
    """
    done = Restored(expired=sum(not _lives(one, now) for table in (CASES, SOURCES) for one in backup.items(table)))
    left_out = _conversations_in(client, backup, cases)
    done.there = sum(_lives(one, now) and _partition(one) in left_out for one in backup.items(CASES))
    left_out.add(_OF_A_MOMENT)

    def wanted() -> Iterator[Item]:
        return (one for one in backup.items(CASES) if _lives(one, now) and _partition(one) not in left_out)

    # Its log and the alerts that were sent come before the case: from then on it counts as restored.
    _put_all(client, cases, ([one] for one in wanted() if _sort(one) != "CASE"), done)
    _put_all(client, cases, (_at_rest(one, now, done) for one in wanted() if _sort(one) == "CASE"), done)
    of_sources = (one for one in backup.items(SOURCES) if _lives(one, now))
    _put_all(client, sources, ([_without_lease(one)] for one in of_sources), done)
    return done


def _lives(item: Item, now: datetime) -> bool:
    """Whether it has not expired: DynamoDB would delete it, and until then it would be believed."""
    return "expires_at" not in item or float(item["expires_at"]["N"]) >= now.timestamp()


def _without_lease(item: Item) -> Item:
    return {name: value for name, value in item.items() if name not in _LEASE}


def _conversations_in(client: DynamoDBClient, backup: Backup, table: str) -> set[str]:
    """The partitions of the backup's conversations that the table has."""
    found: set[str] = set()
    keys = [{"pk": item["pk"], "sk": item["sk"]} for item in backup.items(CASES) if _sort(item) == "CASE"]
    for start in range(0, len(keys), _BATCH_GET_MOST):
        asked = {table: {"Keys": keys[start : start + _BATCH_GET_MOST], "ProjectionExpression": "pk"}}
        while asked:
            answer = client.batch_get_item(RequestItems=asked)  # pyright: ignore[reportArgumentType]
            found |= {_partition(item) for item in answer["Responses"].get(table, [])}
            asked = answer.get("UnprocessedKeys", {})
    return found


def _at_rest(item: Item, now: datetime, done: Restored) -> list[Item]:
    """A conversation with its alerts stopped, after the entry of its log that says so; itself where there are none."""
    try:
        conversation = conversation_of(from_item(item))
    except (KeyError, TypeError, ValueError) as error:
        raise BackupError(
            f"{_partition(item)} is no case that can be read ({type(error).__name__}: {error})."
        ) from None
    case = conversation.case
    if case is None or (case.ladder.alerting is Alerting.OFF and case.acknowledgement.expires_at is None):
        return [item]
    done.stopped += 1
    # It stays open, or with whoever has it, and its clock goes on. What the customer says next, and staff do, counts.
    at_rest = replace(case, ladder=case.ladder.stop(), acknowledgement=case.acknowledgement.without_expiry())
    entry = LogEntry(now, EARSHOT, "restored", "from a backup; the alerts that were due are not sent")
    conversation = replace(conversation, case=at_rest)
    expiry = {"expires_at": item["expires_at"]} if "expires_at" in item else {}
    records = (*entry_records(conversation, [entry]), conversation_record(conversation))
    return [to_item(FORMATS.stamped(record)) | expiry for record in records]


def _put_all(client: DynamoDBClient, table: str, groups: Iterable[list[Item]], done: Restored) -> None:
    """Put the items of each group one after the other, and ten groups at a time. The first error ends it."""

    def put(group: list[Item]) -> list[bool]:
        return [_put(client, table, item) for item in group]

    for _, written in for_each(put, groups, at_once=AT_ONCE):
        if isinstance(written, Exception):
            raise written
        done.written += sum(written)
        done.there += len(written) - sum(written)


def _put(client: DynamoDBClient, table: str, item: Item) -> bool:
    try:
        client.put_item(TableName=table, Item=item, ConditionExpression="attribute_not_exists(pk)")
    except client.exceptions.ConditionalCheckFailedException:
        return False
    return True


def _partition(item: Item) -> str:
    return str(item["pk"]["S"])


def _sort(item: Item) -> str:
    return str(item.get("sk", {}).get("S", ""))
