"""The case table in DynamoDB: mentions, threads with their cases and logs, and what is known of authors.

One partition holds one thread: its case (``sk`` CASE), its log (LOG#...) and the alerts sent for it (ALERT#...).
Every change of a thread names the version it was made from, so nothing is overwritten unseen; a mention is put
only where there is none, so that being delivered twice changes nothing. docs/architecture.md lists keys and indexes.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError

from earshot.cases.case import Alerting, Entry
from earshot.cases.intake import AuthorCases, StoredMention
from earshot.cases.record import plain, restore, stored_mention
from earshot.cases.thread import Thread
from earshot.errors import ConflictError, DuplicateError
from earshot.mentions.mention import rfc3339

BATCH_GET_MOST = 100
# One partition of the due index serves far more cases than a staff can work on; the name leaves room for more.
DUE_SHARD = "0"
SLOT_SECONDS = 3600
MOST_TRIES = 6
_CONFLICTS = {"ConditionalCheckFailed", "TransactionConflict"}

_serialize = TypeSerializer().serialize
_deserialize = TypeDeserializer().deserialize

Item = dict[str, Any]


def to_item(record: Mapping[str, Any]) -> Item:
    """Plain JSON types as DynamoDB spells them; a float becomes the decimal that it prints as."""
    exact = json.loads(json.dumps(record), parse_float=Decimal)
    return {name: _serialize(value) for name, value in exact.items()}


def from_item(item: Mapping[str, Any]) -> dict[str, Any]:
    """The reverse of ``to_item``; numbers come back as Decimal, which ``restore`` casts."""
    return {name: _deserialize(value) for name, value in item.items()}


class CaseTable:
    """The write side of the table, and the reads that decisions are made on (all strongly consistent).

    ``retention`` is how long after its last change an item is kept.
    """

    def __init__(self, client: Any, name: str, retention: timedelta) -> None:
        self._client = client
        self._name = name
        self._retention = retention

    def known(self, keys: Sequence[str]) -> frozenset[str]:
        """Which of these mentions are stored already; so the others alone need judging."""
        found: set[str] = set()
        wanted = list(dict.fromkeys(keys))
        for start in range(0, len(wanted), BATCH_GET_MOST):
            request = {
                self._name: {
                    "Keys": [to_item(_mention_key(key)) for key in wanted[start : start + BATCH_GET_MOST]],
                    "ProjectionExpression": "pk",
                }
            }
            answer = self._client.batch_get_item(RequestItems=request)
            # What DynamoDB left unread counts as unknown: it is judged again, and the conditional put decides.
            found.update(item["pk"]["S"].removeprefix("MENTION#") for item in answer["Responses"].get(self._name, []))
        return frozenset(found)

    def mention(self, key: str) -> StoredMention | None:
        """A stored mention, None where there is none."""
        item = self._get(_mention_key(key))
        return None if item is None else stored_mention(item)

    def thread(self, key: str) -> Thread:
        """A thread as it is now; one that nobody has written yet is empty and has version 0."""
        item = self._get(thread_key(key))
        return Thread(key) if item is None else _thread(item)

    def author(self, key: str) -> AuthorCases:
        """The latest cases of an author, empty where there are none."""
        item = self._get(_author_key(key))
        return AuthorCases(key) if item is None else restore(AuthorCases, item["author_cases"])

    def put_mention(self, stored: StoredMention) -> None:
        """Store a mention that changes no case. DuplicateError where it is stored already."""
        try:
            self._client.put_item(**self._mention_put(stored))
        except self._client.exceptions.ConditionalCheckFailedException:
            raise DuplicateError(f"{stored.mention.key} is stored already.") from None

    def save(
        self,
        changes: Sequence[tuple[Thread, Sequence[Entry]]],
        *,
        mention: StoredMention | None = None,
        author: AuthorCases | None = None,
        now: datetime | None = None,
    ) -> None:
        """Write threads with their log entries, and the mention that changed them, all or nothing.

        ``now`` is when the change is made; with a mention it is when that was heard. DuplicateError: the mention
        is known. ConflictError: somebody changed a thread or the author since they were read.
        """
        at = mention.heard_at if mention is not None else now
        if at is None:
            raise ValueError("save() needs a mention or the time of the change")
        writes = [] if mention is None else [{"Put": self._mention_put(mention)}]
        for thread, entries in changes:
            writes.append({"Put": self._thread_put(thread, at)})
            writes.extend({"Put": put} for put in self._entry_puts(thread, entries, at))
        if author is not None:
            writes.append({"Put": self._author_put(author, at)})
        try:
            self._client.transact_write_items(TransactItems=writes)
        except self._client.exceptions.TransactionCanceledException as error:
            codes = [reason.get("Code") for reason in error.response.get("CancellationReasons", [])]
            if mention is not None and codes and codes[0] == "ConditionalCheckFailed":
                raise DuplicateError(f"{mention.mention.key} is stored already.") from None
            if _CONFLICTS.intersection(codes):
                raise ConflictError(f"{changes[0][0].key} was changed by somebody else meanwhile.") from None
            raise
        except ClientError as error:
            if error.response["Error"]["Code"] == "TransactionInProgressException":
                raise ConflictError(f"{changes[0][0].key} is being written by somebody else.") from None
            raise

    def change(
        self, key: str, decide: Callable[[Thread], "tuple[Thread, Sequence[Entry]] | None"], now: datetime
    ) -> Thread:
        """Read a thread, let ``decide`` say what becomes of it, and write that; again, while others were faster.

        Nothing is written where ``decide`` answers None. Whatever it raises flies, and nothing is written.
        """
        for _ in range(MOST_TRIES):
            thread = self.thread(key)
            decided = decide(thread)
            if decided is None:
                return thread
            try:
                self.save([decided], now=now)
            except ConflictError:
                continue
            return replace(decided[0], version=thread.version + 1)
        raise ConflictError(f"{key} was changed {MOST_TRIES} times meanwhile: try again.")

    def sent(self, key: str) -> tuple[Thread, frozenset[str]]:
        """A thread and the names of the alerts that were sent for it, in one read."""
        answer = self._client.query(
            TableName=self._name,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
            ExpressionAttributeValues=to_item({":pk": thread_key(key)["pk"], ":first": "ALERT#", ":last": "CASE"}),
            ConsistentRead=True,
        )
        records = [from_item(item) for item in answer["Items"]]
        names = frozenset(
            record["sk"].removeprefix("ALERT#") for record in records if record["sk"].startswith("ALERT#")
        )
        return next((_thread(record) for record in records if record["sk"] == "CASE"), Thread(key)), names

    def log_alert(self, key: str, name: str, alert: Mapping[str, Any], now: datetime) -> None:
        """Note that an alert was sent, so that a retry does not send it again."""
        self._client.put_item(
            TableName=self._name,
            Item=to_item(
                {"pk": thread_key(key)["pk"], "sk": f"ALERT#{name}", "alert": plain(alert), **self._expiry(now)}
            ),
        )

    def take_slot(self, name: str, most: int, now: datetime) -> bool:
        """Count one more under ``name``, for all functions together; False where that would be more than ``most``."""
        try:
            self._client.update_item(
                TableName=self._name,
                Key=to_item({"pk": f"SLOT#{name}", "sk": "SLOT"}),
                UpdateExpression="ADD taken :one SET expires_at = :expires_at",
                ConditionExpression="attribute_not_exists(taken) OR taken < :most",
                ExpressionAttributeValues=to_item(
                    {":one": 1, ":most": most, ":expires_at": int(now.timestamp()) + SLOT_SECONDS}
                ),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def due(self, now: datetime) -> Iterator[str]:
        """The keys of the threads whose ladder must be looked at by ``now``, the longest overdue first."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._name,
            IndexName="due",
            KeyConditionExpression="due_shard = :shard AND due_at <= :now",
            ExpressionAttributeValues=to_item({":shard": DUE_SHARD, ":now": rfc3339(now)}),
        )
        for page in pages:
            for item in page["Items"]:
                yield item["pk"]["S"].removeprefix("THREAD#")

    def next_due(self) -> datetime | None:
        """When the first ladder must be looked at, None where none runs."""
        answer = self._client.query(
            TableName=self._name,
            IndexName="due",
            KeyConditionExpression="due_shard = :shard",
            ExpressionAttributeValues=to_item({":shard": DUE_SHARD}),
            Limit=1,
        )
        return next((datetime.fromisoformat(item["due_at"]["S"]) for item in answer["Items"]), None)

    def _get(self, key: Mapping[str, str]) -> dict[str, Any] | None:
        item = self._client.get_item(TableName=self._name, Key=to_item(key), ConsistentRead=True).get("Item")
        return None if item is None else from_item(item)

    def _expiry(self, at: datetime) -> dict[str, int]:
        return {"expires_at": int((at + self._retention).timestamp())}

    def _mention_put(self, stored: StoredMention) -> dict[str, Any]:
        mention, judgement = stored.mention, stored.judgement
        order = f"{rfc3339(mention.created_at)}#{mention.id}"
        record = {
            **_mention_key(mention.key),
            "conversation": mention.thread,
            "conversation_order": order,
            "author": f"{mention.source}#{mention.author.id}",
            "author_order": order,
            "day": order[:10],
            "day_order": order,
            "origin": mention.source,
            "own": mention.own,
            "intent": str(judgement.intent),
            "severity": str(judgement.severity),
            "sentiment": judgement.sentiment.label if judgement.sentiment else "unclassified",
            "mention": mention.to_record(),
            "judgement": plain(judgement),
            "heard_at": rfc3339(stored.heard_at),
            **self._expiry(stored.heard_at),
        }
        return {"TableName": self._name, "Item": to_item(record), "ConditionExpression": "attribute_not_exists(pk)"}

    def _thread_put(self, thread: Thread, at: datetime) -> dict[str, Any]:
        written = replace(thread, version=thread.version + 1)
        record = {**thread_key(thread.key), "version": written.version, "thread": plain(written), **self._expiry(at)}
        if thread.case is not None:
            record |= _case_attributes(thread)
        put = {"TableName": self._name, "Item": to_item(record)}
        if thread.version == 0:
            return put | {"ConditionExpression": "attribute_not_exists(pk)"}
        return put | {
            "ConditionExpression": "version = :version",
            "ExpressionAttributeValues": to_item({":version": thread.version}),
        }

    def _entry_puts(self, thread: Thread, entries: Sequence[Entry], at: datetime) -> Iterator[dict[str, Any]]:
        for number, entry in enumerate(entries):
            # The version that wrote it orders the log, and makes its key one of a kind.
            key = {"pk": thread_key(thread.key)["pk"], "sk": f"LOG#{thread.version + 1:08d}#{number}"}
            yield {"TableName": self._name, "Item": to_item({**key, "entry": plain(entry), **self._expiry(at)})}

    def _author_put(self, author: AuthorCases, at: datetime) -> dict[str, Any]:
        written = replace(author, version=author.version + 1)
        record = {
            **_author_key(author.key),
            "version": written.version,
            "author_cases": plain(written),
            **self._expiry(at),
        }
        put = {"TableName": self._name, "Item": to_item(record)}
        if author.version == 0:
            return put | {"ConditionExpression": "attribute_not_exists(pk)"}
        return put | {
            "ConditionExpression": "version = :version",
            "ExpressionAttributeValues": to_item({":version": author.version}),
        }


def thread_key(key: str) -> dict[str, str]:
    """The primary key of a thread and its case."""
    return {"pk": f"THREAD#{key}", "sk": "CASE"}


def _mention_key(key: str) -> dict[str, str]:
    return {"pk": f"MENTION#{key}", "sk": "MENTION"}


def _author_key(key: str) -> dict[str, str]:
    return {"pk": f"AUTHOR#{key}", "sk": "AUTHOR"}


def _thread(record: Mapping[str, Any]) -> Thread:
    return restore(Thread, record["thread"])


def _case_attributes(thread: Thread) -> dict[str, Any]:
    """What the indexes and the stream's filter read."""
    case = thread.case
    assert case is not None
    opened_order = f"{rfc3339(case.opened_at)}#{case.id}"
    attributes = {
        "status": str(case.status),
        "severity": str(case.severity),
        "intent": str(case.intent),
        "urgency_order": f"{case.urgency:03d}#{opened_order}",
        "opened_order": opened_order,
        "author": f"{case.source}#{case.author.id}",
        "author_order": opened_order,
        "alerting": str(case.alerting),
    }
    if case.alerting is not Alerting.OFF and case.wake_at is not None:
        attributes |= {"due_shard": DUE_SHARD, "due_at": rfc3339(case.wake_at)}
    return attributes
