"""The notification log of each case: which alert was to be sent, and what became of it (``ALERT#...`` beside the case).

An alert is logged before it is sent, and again with the outcome. Whoever finds the first entry without the second knows
that it may have been sent.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from earshot.aws.dynamodb import Record, from_item, read_all_items, to_item
from earshot.aws.parallel import for_each
from earshot.cases.conversation.conversation import Conversation
from earshot.cases.store.case_file import AlertOutcome, LoggedAlert
from earshot.cases.store.codec import restore
from earshot.cases.store.formats.retention import Retention, retention_of
from earshot.cases.store.formats.steps import FORMATS
from earshot.cases.store.keys import (
    ALERT,
    alert_in,
    alert_record,
    conversation_in,
    conversation_key,
    conversation_of,
    conversation_of_item,
)

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import KeysAndAttributesTypeDef, PutItemInputTypeDef


# One of many is at fault: nothing was written, and the others can be written without it.
_OF_ONE = frozenset({"TransactionCanceledException", "ValidationException"})

# Of so few each is asked for itself, which costs half as many write units as a transaction.
FEW = 25
# DynamoDB reads and writes so many items by one request.
READ_TOGETHER, INTENDED_TOGETHER, RECORDED_TOGETHER = 100, 100, 25

CaseLog = tuple[Conversation, dict[str, LoggedAlert]]


@dataclass(frozen=True, slots=True)
class LoggedAttempt:
    """An alert, under its name in the log of the conversation ``key``; ``attempt`` is 1 for the first one."""

    key: str
    name: str
    alert: Mapping[str, Any]
    attempt: int = 1


class NotificationLog:
    """Adapter of the logs in the case table. ``retention`` is how long an entry is kept.

    What is done for many does in few requests what is done for one, ``at_once`` of them at the same time.
    """

    def __init__(
        self, client: "DynamoDBClient", table: str, retention: timedelta | Retention, at_once: int = 1
    ) -> None:
        self._client = client
        self._table = table
        self._expiry = retention_of(retention).expiry
        self._at_once = at_once

    def read_many(
        self, keys: Sequence[str], names_of: Callable[[Conversation], Iterable[str]]
    ) -> dict[str, CaseLog | Exception]:
        """What ``read`` returns for each conversation, of the alerts that ``names_of`` it names, or what it raised."""
        found: dict[str, CaseLog | Exception] = {}
        if len(keys) > FEW:
            parts = [keys[start : start + READ_TOGETHER] for start in range(0, len(keys), READ_TOGETHER)]
            for _, read in for_each(lambda part: self._read_part(part, names_of), parts, at_once=self._at_once):
                found |= {} if isinstance(read, Exception) else read
        # Also what could not be read together: one case that cannot be read must not delay the others.
        found |= dict(for_each(self.read, [key for key in keys if key not in found], at_once=self._at_once))
        return found

    def intend_many(self, attempts: Sequence[LoggedAttempt], now: datetime) -> list[bool | Exception]:
        """What ``intend`` returned for each, or raised."""
        results: list[bool | Exception] = []
        if len(attempts) <= FEW:
            done = for_each(lambda one: self._intend_one(one, now), attempts, at_once=self._at_once)
            return [result for _, result in done]
        parts = [attempts[start : start + INTENDED_TOGETHER] for start in range(0, len(attempts), INTENDED_TOGETHER)]
        for part, done in for_each(lambda part: self._intend_part(part, now), parts, at_once=self._at_once):
            # All of them or none: of a transaction whose answer was lost the attempts are found to be taken.
            results += [done] * len(part) if isinstance(done, Exception) else done
        return results

    def record_many(self, attempts: Sequence[LoggedAttempt], now: datetime) -> list[Exception | None]:
        """None for each that ``record`` has logged, or what it raised."""
        if len(attempts) <= FEW:
            done = for_each(lambda one: self.record(one.key, one.name, one.alert, now), attempts, at_once=self._at_once)
            return [result for _, result in done]
        parts = [attempts[start : start + RECORDED_TOGETHER] for start in range(0, len(attempts), RECORDED_TOGETHER)]
        results: list[Exception | None] = []
        for part, done in for_each(lambda part: self._record_part(part, now), parts, at_once=self._at_once):
            results += [done] * len(part) if isinstance(done, Exception) else done
        return results

    def read(self, key: str) -> CaseLog:
        """A conversation, and the alerts that were logged for it by their names. Strongly consistent."""
        values = {":pk": conversation_key(key)["pk"], ":first": "ALERT#", ":last": "CASE"}
        items = read_all_items(
            self._client,
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
            ExpressionAttributeValues=to_item(values),
            ConsistentRead=True,
        )
        conversation, logged = Conversation(key), dict[str, LoggedAlert]()
        for item in items:
            if item["sk"]["S"] == "CASE":
                conversation = conversation_of_item(item)
            else:
                record = from_item(item)
                logged[alert_in(record["sk"])] = restore(LoggedAlert, FORMATS.current(record)["alert"])
        return conversation, logged

    def intend(self, key: str, name: str, alert: Mapping[str, Any], attempt: int, now: datetime) -> bool:
        """Log that an alert is about to be sent, the ``attempt``-th time (1 for the first) as far as is known.

        False, and nothing is written, where it was logged by somebody else meanwhile: it must not be sent.
        """
        try:
            self._client.put_item(**self._intent(LoggedAttempt(key, name, alert, attempt), now))
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def record(self, key: str, name: str, alert: Mapping[str, Any], now: datetime) -> None:
        """Log what became of an alert, in place of what is logged."""
        self._client.put_item(**self._put(key, name, alert, now))

    def _intent(self, one: LoggedAttempt, now: datetime) -> "PutItemInputTypeDef":
        intended = {**one.alert, "outcome": AlertOutcome.SENDING, "attempts": one.attempt}
        condition = "(attempts = :before AND outcome IN (:sending, :refused))"
        # The first format has both within the alert.
        condition += " OR (alert.attempts = :before AND alert.outcome IN (:sending, :refused))"
        if one.attempt == 1:
            condition += " OR attribute_not_exists(pk)"
        values = {":before": one.attempt - 1, ":sending": AlertOutcome.SENDING, ":refused": AlertOutcome.REFUSED}
        request = self._put(one.key, one.name, intended, now)
        request["ConditionExpression"] = condition
        request["ExpressionAttributeValues"] = to_item(values)
        return request

    def _intend_one(self, one: LoggedAttempt, now: datetime) -> bool:
        return self.intend(one.key, one.name, one.alert, one.attempt, now)

    def _intend_part(self, part: Sequence[LoggedAttempt], now: datetime) -> list[bool | Exception]:
        try:
            self._client.transact_write_items(TransactItems=[{"Put": self._intent(one, now)} for one in part])
        except (self._client.exceptions.ClientError, ValueError) as error:
            if not _is_of_one(error):
                raise
            # Somebody else sends one of them, or one cannot be stored. Nothing was written.
            return [result for _, result in for_each(lambda one: self._intend_one(one, now), part)]
        return [True] * len(part)

    def _record_part(self, part: Sequence[LoggedAttempt], now: datetime) -> list[Exception | None]:
        try:
            puts = [self._put(one.key, one.name, one.alert, now)["Item"] for one in part]
            answer = self._client.batch_write_item(
                RequestItems={self._table: [{"PutRequest": {"Item": item}} for item in puts]}
            )
        except (self._client.exceptions.ClientError, ValueError) as error:
            if not _is_of_one(error):
                raise
            return [result for _, result in for_each(lambda one: self._record_one(one, now), part)]
        left = [one.get("PutRequest", {}).get("Item", {}) for one in answer["UnprocessedItems"].get(self._table, [])]
        unwritten = {(record["pk"], record["sk"]) for record in map(from_item, left)}
        # Under load DynamoDB writes only some of them.
        again = [one for one in part if (conversation_key(one.key)["pk"], f"{ALERT}{one.name}") in unwritten]
        failed = dict(for_each(lambda place: self._record_one(again[place], now), range(len(again))))
        errors = {(one.key, one.name): failed[place] for place, one in enumerate(again)}
        return [errors.get((one.key, one.name)) for one in part]

    def _record_one(self, one: LoggedAttempt, now: datetime) -> None:
        self.record(one.key, one.name, one.alert, now)

    def _read_part(
        self, keys: Sequence[str], names_of: Callable[[Conversation], Iterable[str]]
    ) -> dict[str, CaseLog | Exception]:
        stored = self._get([conversation_key(key) for key in keys])
        found: dict[str, CaseLog] = {key: (Conversation(key), {}) for key in keys}
        for record in stored:
            conversation = conversation_of(record)
            found[conversation.key] = conversation, {}
        named = [
            {"pk": conversation_key(key)["pk"], "sk": f"{ALERT}{name}"}
            for key, (conversation, _) in found.items()
            for name in names_of(conversation)
        ]
        for start in range(0, len(named), READ_TOGETHER):
            for record in self._get(named[start : start + READ_TOGETHER]):
                logged = restore(LoggedAlert, FORMATS.current(record)["alert"])
                found[conversation_in(record["pk"])][1][alert_in(record["sk"])] = logged
        return dict(found)

    def _get(self, keys: Sequence[Mapping[str, str]]) -> list[Record]:
        """The items with these keys, as far as they are stored. TimeoutError where DynamoDB leaves some unread."""
        wanted: KeysAndAttributesTypeDef = {"Keys": [to_item(key) for key in keys], "ConsistentRead": True}
        answer = self._client.batch_get_item(RequestItems={self._table: wanted})
        if answer.get("UnprocessedKeys"):
            raise TimeoutError("DynamoDB has left items unread under load.")
        return [from_item(item) for item in answer["Responses"].get(self._table, [])]

    def _put(self, key: str, name: str, alert: Mapping[str, Any], now: datetime) -> "PutItemInputTypeDef":
        expiry = {"expires_at": self._expiry(conversation_key(key)["pk"], now)}
        return {"TableName": self._table, "Item": to_item(FORMATS.stamped(alert_record(key, name, alert) | expiry))}


def _is_of_one(error: Exception) -> bool:
    """Whether one of the items that are written together is at fault, and not the service."""
    refused: Mapping[str, Any] = getattr(error, "response", {})
    return isinstance(error, ValueError) or refused.get("Error", {}).get("Code") in _OF_ONE
